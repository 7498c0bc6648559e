/* FTST: with 0. SDM vol. 2A, FTST. */
case "st0=3fff:8000000000000000", "sw=0", ftst
case "st0=bfff:8000000000000000", "sw=100", ftst
case "st0=8000:0", "sw=4000", ftst
case "st0=ffff:c000000000000000", "sw=4501", ftst
case "", "sw=4541", ftst
