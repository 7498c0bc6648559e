/* FLDCW. SDM vol. 2A, FLDCW. */
case "[4000].2=127f", "cw=127f sw=0", fldcw 0x4000
case "[4000].2=37e sw=1", "cw=37e sw=8081", fldcw 0x4000
case "", "#PF=4 cr2=9000", fldcw 0x9000
case "ring0 cr0=19", "#NM", fldcw 0x4000
case "ring0 cr0=15", "#NM", fldcw 0x4000
