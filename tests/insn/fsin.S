/* FSIN. SDM vol. 2A, FSIN. */
case "st0=0:0", "st0=0:0 sw=0", fsin
case "st0=403e:8000000000000000", "st0=403e:8000000000000000 sw=400", fsin
case "st0=7fff:8000000000000000", "st0=ffff:c000000000000000 sw=1", fsin
