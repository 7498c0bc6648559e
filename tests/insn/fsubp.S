/* FSUBP: the same, and pops. SDM vol. 2A, FSUB. */
case "st0=4000:8000000000000000 st1=4000:c000000000000000", "st0=3fff:8000000000000000 sw=800 st7=empty", .byte 0xde, 0xe9
case "st0=4000:8000000000000000 st3=4000:c000000000000000", "st2=3fff:8000000000000000 sw=800 st7=empty", .byte 0xde, 0xeb
case "", "sw=841 st0=ffff:c000000000000000 st7=empty", .byte 0xde, 0xe9
