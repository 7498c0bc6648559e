/* FINCSTP. SDM vol. 2A, FINCSTP. */
case "st0=3fff:8000000000000000", "st7=3fff:8000000000000000 sw=800", fincstp
case "sw=3800", "sw=0", fincstp
