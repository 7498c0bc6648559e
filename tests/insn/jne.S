/* JNE: jumps on not (ZF). SDM vol. 2A, Jcc. */
case "", "eip=10000810", jne .+0x10
case "ZF", "", jne .+0x10
case "CF PF AF SF OF", "eip=10000810", jne .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "", "eip=1000a806", .byte 0x0f, 0x85, 0, 0xa0, 0, 0
case "ZF", "", .byte 0x0f, 0x85, 0, 0xa0, 0, 0
case "", "eip=7f5", .byte 0x66, 0x0f, 0x85, 0xf0, 0xff
case "", "eip=7f3", .byte 0x66, 0x75, 0xf0
case "", "#UD", unlockable jne .+0x10
