/* FXAM: what ST(0) holds. C1 is the sign. SDM vol. 2A, FXAM. */
case "st0=3fff:8000000000000000", "sw=400", fxam
case "st0=bfff:8000000000000000", "sw=600", fxam
case "st0=0:0", "sw=4000", fxam
case "st0=ffff:8000000000000000", "sw=700", fxam
case "st0=ffff:c000000000000000", "sw=300", fxam
case "st0=0:4000000000000000", "sw=4400", fxam
case "st0=3fff:0", "sw=0", fxam
case "", "sw=4100", fxam
