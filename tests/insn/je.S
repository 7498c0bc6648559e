/* JE: jumps on ZF. SDM vol. 2A, Jcc. */
case "", "", je .+0x10
case "ZF", "eip=10000810", je .+0x10
case "CF PF AF SF OF", "", je .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "ZF", "eip=1000a806", .byte 0x0f, 0x84, 0, 0xa0, 0, 0
case "", "", .byte 0x0f, 0x84, 0, 0xa0, 0, 0
case "ZF", "eip=7f5", .byte 0x66, 0x0f, 0x84, 0xf0, 0xff
case "ZF", "eip=7f3", .byte 0x66, 0x74, 0xf0
case "ZF", "#UD", unlockable je .+0x10
