/* FDIVRP: the same, and pops. SDM vol. 2A, FDIVR. */
case "st0=4000:8000000000000000 st1=4000:c000000000000000", "st0=3ffe:aaaaaaaaaaaaaaab sw=a20 st7=empty", .byte 0xde, 0xf1
case "st0=4000:8000000000000000 st3=4000:c000000000000000", "st2=3ffe:aaaaaaaaaaaaaaab sw=a20 st7=empty", .byte 0xde, 0xf3
case "", "sw=841 st0=ffff:c000000000000000 st7=empty", .byte 0xde, 0xf1
