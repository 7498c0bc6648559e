/* FIST. SDM vol. 2A, FIST. */
case "st0=c000:8000000000000000", "[4000].2=fffe st0=c000:8000000000000000 sw=0", fists 0x4000
case "st0=4000:c000000000000000", "[4000].4=3 sw=0", fistl 0x4000
/* Halves go to even. */
case "st0=4000:a000000000000000", "[4000].4=2 sw=20", fistl 0x4000
case "st0=4000:e000000000000000", "[4000].4=4 sw=220", fistl 0x4000
case "st0=4000:e000000000000000 cw=f7f", "[4000].4=3 sw=20", fistl 0x4000
/* Out of range: the indefinite. */
case "st0=400e:8000000000000000", "[4000].2=8000 sw=1", fists 0x4000
case "st0=c00e:8000000000000000", "[4000].2=8000 sw=0", fists 0x4000
case "st0=7fff:8000000000000000", "[4000].4=80000000 sw=1", fistl 0x4000
case "", "[4000].4=80000000 sw=41", fistl 0x4000
