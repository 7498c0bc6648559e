/* FCOMPP: pops both. SDM vol. 2A, FCOM. */
case "st0=4000:8000000000000000 st1=3fff:8000000000000000", "sw=1000", fcompp
case "st0=3fff:8000000000000000 st1=4000:8000000000000000", "sw=1100", fcompp
case "st0=3fff:8000000000000000 st1=3fff:8000000000000000", "sw=5000", fcompp
case "st0=8000:0 st1=0:0", "sw=5000", fcompp
case "st0=ffff:c000000000000000 st1=3fff:8000000000000000", "sw=5501", fcompp
case "st0=7fff:a000000000000000 st1=3fff:8000000000000000", "sw=5501", fcompp
case "st0=3fff:8000000000000000", "sw=5541", fcompp
