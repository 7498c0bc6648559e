/* FDECSTP. SDM vol. 2A, FDECSTP. */
case "st0=3fff:8000000000000000", "st1=3fff:8000000000000000 sw=3800", fdecstp
case "sw=800", "sw=0", fdecstp
