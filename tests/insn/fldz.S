/* FLDZ: rounded as the control word says. SDM vol. 2A, FLD1. */
case "", "st0=0:0 sw=3800", fldz
case "st7=3fff:8000000000000000", "st0=ffff:c000000000000000 sw=3a41", fldz
