/* FCOM: C3 C2 C0 say greater, less, equal, unordered. SDM vol. 2A, FCOM. */
case "st0=4000:8000000000000000 st1=3fff:8000000000000000", "sw=0", .byte 0xd8, 0xd1
case "st0=3fff:8000000000000000 st1=4000:8000000000000000", "sw=100", .byte 0xd8, 0xd1
case "st0=3fff:8000000000000000 st1=3fff:8000000000000000", "sw=4000", .byte 0xd8, 0xd1
case "st0=8000:0 st1=0:0", "sw=4000", .byte 0xd8, 0xd1
case "st0=ffff:c000000000000000 st1=3fff:8000000000000000", "sw=4501", .byte 0xd8, 0xd1
case "st0=7fff:a000000000000000 st1=3fff:8000000000000000", "sw=4501", .byte 0xd8, 0xd1
case "st0=3fff:8000000000000000", "sw=4541", .byte 0xd8, 0xd1
case "st0=3fff:8000000000000000 [4000].4=40000000", "sw=100", fcoms 0x4000
case "st0=3fff:8000000000000000 [4000].8=3ff0000000000000", "sw=4000", fcoml 0x4000
/* DC D1 is the same. */
case "st0=4000:8000000000000000 st1=3fff:8000000000000000", "sw=0", .byte 0xdc, 0xd1
case "", "#PF=4 cr2=9000", fcoms 0x9000
