/* FDIVR. SDM vol. 2A, FDIVR. */
/* Memory, 32 and 64 bits. */
case "st0=4000:c000000000000000 [4000].4=40000000", "st0=3ffe:aaaaaaaaaaaaaaab sw=220", fdivrs 0x4000
case "st0=4000:c000000000000000 [4000].8=4000000000000000", "st0=3ffe:aaaaaaaaaaaaaaab sw=220", fdivrl 0x4000
/* Registers: the result in ST(0), or in ST(i). */
case "st0=4000:c000000000000000 st1=4000:8000000000000000", "st0=3ffe:aaaaaaaaaaaaaaab st1=4000:8000000000000000 sw=220", .byte 0xd8, 0xf9
case "st0=4000:8000000000000000 st1=4000:c000000000000000", "st0=4000:8000000000000000 st1=3ffe:aaaaaaaaaaaaaaab sw=220", .byte 0xdc, 0xf1
/* Invalid, denormal, NaN. */
case "st0=3fff:8000000000000000 st1=empty", "st0=ffff:c000000000000000 sw=41", .byte 0xd8, 0xf9
case "st0=7fff:a000000000000000 st1=3fff:8000000000000000", "st0=7fff:e000000000000000 sw=1", .byte 0xd8, 0xf9
case "st0=0:0 st1=3fff:8000000000000000", "st0=7fff:8000000000000000 sw=4", .byte 0xd8, 0xf9
/* Rounding control: down and up, single precision. */
case "st0=4000:c000000000000000 st1=4000:8000000000000000 cw=77f", "st0=3ffe:aaaaaaaaaaaaaaaa sw=20", .byte 0xd8, 0xf9
case "st0=4000:c000000000000000 st1=4000:8000000000000000 cw=b7f", "st0=3ffe:aaaaaaaaaaaaaaab sw=220", .byte 0xd8, 0xf9
case "st0=4000:c000000000000000 st1=4000:8000000000000000 cw=7f", "st0=3ffe:aaaaab0000000000 sw=220", .byte 0xd8, 0xf9
case "", "#PF=4 cr2=9000", fdivrs 0x9000
case "", "#UD", unlockable fdivrs 0x4000
/* An exception that is not masked leaves the operands alone, and waits for the next instruction. */
case "st0=7fff:a000000000000000 st1=3fff:8000000000000000 cw=37e", "st0=7fff:a000000000000000 sw=8081", .byte 0xd8, 0xf9
case "cw=37e sw=8081 st0=3fff:8000000000000000 st1=3fff:8000000000000000", "#MF st0=3fff:8000000000000000 sw=8081", .byte 0xd8, 0xf9
