/* FLDPI: rounded as the control word says. SDM vol. 2A, FLD1. */
case "", "st0=4000:c90fdaa22168c235 sw=3800", fldpi
case "st7=3fff:8000000000000000", "st0=ffff:c000000000000000 sw=3a41", fldpi
case "cw=77f", "st0=4000:c90fdaa22168c234 sw=3800", fldpi
