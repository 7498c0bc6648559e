/* FABS. SDM vol. 2A, FABS. */
case "st0=bfff:8000000000000000", "st0=3fff:8000000000000000 sw=0", fabs
case "st0=8000:0", "st0=0:0 sw=0", fabs
case "", "st0=ffff:c000000000000000 sw=41", fabs
