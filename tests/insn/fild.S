/* FILD. SDM vol. 2A, FILD. */
case "[4000].2=fffe", "st0=c000:8000000000000000 sw=3800", filds 0x4000
case "[4000].4=3", "st0=4000:c000000000000000 sw=3800", fildl 0x4000
case "[4000].8=ffffffffffffffff", "st0=bfff:8000000000000000 sw=3800", fildll 0x4000
case "[4000].4=0", "st0=0:0 sw=3800", fildl 0x4000
case "st7=3fff:8000000000000000 [4000].4=0", "st0=ffff:c000000000000000 sw=3a41", fildl 0x4000
