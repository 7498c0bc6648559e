/* FLDL2E: rounded as the control word says. SDM vol. 2A, FLD1. */
case "", "st0=3fff:b8aa3b295c17f0bc sw=3800", fldl2e
case "st7=3fff:8000000000000000", "st0=ffff:c000000000000000 sw=3a41", fldl2e
case "cw=77f", "st0=3fff:b8aa3b295c17f0bb sw=3800", fldl2e
