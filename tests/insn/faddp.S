/* FADDP: the same, and pops. SDM vol. 2A, FADD. */
case "st0=4000:8000000000000000 st1=4000:c000000000000000", "st0=4001:a000000000000000 sw=800 st7=empty", .byte 0xde, 0xc1
case "st0=4000:8000000000000000 st3=4000:c000000000000000", "st2=4001:a000000000000000 sw=800 st7=empty", .byte 0xde, 0xc3
case "", "sw=841 st0=ffff:c000000000000000 st7=empty", .byte 0xde, 0xc1
