/* JNS: jumps on not (SF). SDM vol. 2A, Jcc. */
case "", "eip=10000810", jns .+0x10
case "SF", "", jns .+0x10
case "CF PF AF ZF OF", "eip=10000810", jns .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "", "eip=1000a806", .byte 0x0f, 0x89, 0, 0xa0, 0, 0
case "SF", "", .byte 0x0f, 0x89, 0, 0xa0, 0, 0
case "", "eip=7f5", .byte 0x66, 0x0f, 0x89, 0xf0, 0xff
case "", "eip=7f3", .byte 0x66, 0x79, 0xf0
case "", "#UD", unlockable jns .+0x10
