/* FNINIT. SDM vol. 2A, FINIT. */
case "st0=3fff:8000000000000000 sw=80ff cw=0", "cw=37f sw=0 tw=ffff", fninit
