/* FCOS. SDM vol. 2A, FCOS. */
case "st0=0:0", "st0=3fff:8000000000000000 sw=0", fcos
case "st0=403e:8000000000000000", "st0=403e:8000000000000000 sw=400", fcos
case "st0=7fff:8000000000000000", "st0=ffff:c000000000000000 sw=1", fcos
