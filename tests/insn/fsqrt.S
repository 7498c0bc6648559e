/* FSQRT. SDM vol. 2A, FSQRT. */
case "st0=4001:8000000000000000", "st0=4000:8000000000000000 sw=0", fsqrt
case "st0=4000:8000000000000000", "st0=3fff:b504f333f9de6484 sw=20", fsqrt
case "st0=bfff:8000000000000000", "st0=ffff:c000000000000000 sw=1", fsqrt
case "st0=8000:0", "st0=8000:0 sw=0", fsqrt
