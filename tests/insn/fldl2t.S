/* FLDL2T: rounded as the control word says. SDM vol. 2A, FLD1. */
case "", "st0=4000:d49a784bcd1b8afe sw=3800", fldl2t
case "st7=3fff:8000000000000000", "st0=ffff:c000000000000000 sw=3a41", fldl2t
case "cw=77f", "st0=4000:d49a784bcd1b8afe sw=3800", fldl2t
case "cw=b7f", "st0=4000:d49a784bcd1b8aff sw=3800", fldl2t
