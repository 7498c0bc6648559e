/* JG: jumps on not (ZF or SF <> OF). SDM vol. 2A, Jcc. */
case "", "eip=10000810", jg .+0x10
case "ZF", "", jg .+0x10
case "SF", "", jg .+0x10
case "OF", "", jg .+0x10
case "SF OF", "eip=10000810", jg .+0x10
case "ZF SF OF", "", jg .+0x10
case "CF PF AF", "eip=10000810", jg .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "", "eip=1000a806", .byte 0x0f, 0x8f, 0, 0xa0, 0, 0
case "ZF", "", .byte 0x0f, 0x8f, 0, 0xa0, 0, 0
case "", "eip=7f5", .byte 0x66, 0x0f, 0x8f, 0xf0, 0xff
case "", "eip=7f3", .byte 0x66, 0x7f, 0xf0
case "", "#UD", unlockable jg .+0x10
