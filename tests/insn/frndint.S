/* FRNDINT. SDM vol. 2A, FRNDINT. */
case "st0=4000:a000000000000000", "st0=4000:8000000000000000 sw=20", frndint
case "st0=4000:a000000000000000 cw=b7f", "st0=4000:c000000000000000 sw=220", frndint
case "st0=bffe:8000000000000000", "st0=8000:0 sw=20", frndint
case "st0=7fff:8000000000000000", "st0=7fff:8000000000000000 sw=0", frndint
