/* F2XM1. SDM vol. 2A, F2XM1. */
case "st0=3fff:8000000000000000", "st0=3fff:8000000000000000 sw=20", f2xm1
case "st0=bfff:8000000000000000", "st0=bffe:8000000000000000 sw=20", f2xm1
case "st0=8000:0", "st0=8000:0 sw=0", f2xm1
