/* FXTRACT: exponent and significand. SDM vol. 2A, FXTRACT. */
case "st0=4001:c000000000000000", "st0=3fff:c000000000000000 st1=4000:8000000000000000 sw=3800", fxtract
case "st0=0:0", "st0=0:0 st1=ffff:8000000000000000 sw=3804", fxtract
case "st0=ffff:8000000000000000", "st0=ffff:8000000000000000 st1=7fff:8000000000000000 sw=3800", fxtract
