/* FNOP. SDM vol. 2A, FNOP. */
case "st0=3fff:8000000000000000", "st0=3fff:8000000000000000 sw=0", fnop
case "cw=37e sw=8081", "#MF sw=8081", fnop
