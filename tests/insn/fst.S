/* FST. SDM vol. 2A, FST. */
case "st0=c000:8000000000000000", "[4000].4=c0000000 st0=c000:8000000000000000 sw=0", fsts 0x4000
case "st0=4000:c000000000000000", "[4000].8=4008000000000000 sw=0", fstl 0x4000
case "st0=3fff:8000000000000000", "st3=3fff:8000000000000000 sw=0", fst %st(3)
/* Rounding and range. */
case "st0=3ffd:aaaaaaaaaaaaaaab", "[4000].4=3eaaaaab sw=220", fsts 0x4000
case "st0=7ffe:8000000000000000", "[4000].4=7f800000 sw=228", fsts 0x4000
case "st0=1:8000000000000000", "[4000].4=0 sw=30", fsts 0x4000
case "st0=7ffe:8000000000000000 cw=377", "sw=8088", fsts 0x4000
case "", "[4000].4=ffc00000 sw=41", fsts 0x4000
case "st0=3fff:8000000000000000", "#PF=7 cr2=8000", fsts 0x8000
