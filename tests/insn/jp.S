/* JP: jumps on PF. SDM vol. 2A, Jcc. */
case "", "", jp .+0x10
case "PF", "eip=10000810", jp .+0x10
case "CF AF ZF SF OF", "", jp .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "PF", "eip=1000a806", .byte 0x0f, 0x8a, 0, 0xa0, 0, 0
case "", "", .byte 0x0f, 0x8a, 0, 0xa0, 0, 0
case "PF", "eip=7f5", .byte 0x66, 0x0f, 0x8a, 0xf0, 0xff
case "PF", "eip=7f3", .byte 0x66, 0x7a, 0xf0
case "PF", "#UD", unlockable jp .+0x10
