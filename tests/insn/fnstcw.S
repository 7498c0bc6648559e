/* FNSTCW: does not wait. SDM vol. 2A, FSTCW. */
case "cw=127f", "[4000].2=127f cw=127f", fnstcw 0x4000
case "cw=37e sw=8081", "[4000].2=37e sw=8081", fnstcw 0x4000
case "", "#PF=7 cr2=8000", fnstcw 0x8000
