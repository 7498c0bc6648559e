/* FLDLG2: rounded as the control word says. SDM vol. 2A, FLD1. */
case "", "st0=3ffd:9a209a84fbcff799 sw=3800", fldlg2
case "st7=3fff:8000000000000000", "st0=ffff:c000000000000000 sw=3a41", fldlg2
case "cw=77f", "st0=3ffd:9a209a84fbcff798 sw=3800", fldlg2
