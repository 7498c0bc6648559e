/* FISUBR: with an integer from memory. SDM vol. 2A, FSUBR. */
case "st0=4000:c000000000000000 [4000].4=2", "st0=bfff:8000000000000000 sw=0", .byte 0xda, 0x2d, 0, 0x40, 0, 0
case "st0=4000:c000000000000000 [4000].2=2", "st0=bfff:8000000000000000 sw=0", .byte 0xde, 0x2d, 0, 0x40, 0, 0
case "[4000].4=2", "st0=ffff:c000000000000000 sw=41", .byte 0xda, 0x2d, 0, 0x40, 0, 0
case "", "#PF=4 cr2=9000", .byte 0xde, 0x2d, 0, 0x90, 0, 0
