/* FLDLN2: rounded as the control word says. SDM vol. 2A, FLD1. */
case "", "st0=3ffe:b17217f7d1cf79ac sw=3800", fldln2
case "st7=3fff:8000000000000000", "st0=ffff:c000000000000000 sw=3a41", fldln2
case "cw=77f", "st0=3ffe:b17217f7d1cf79ab sw=3800", fldln2
