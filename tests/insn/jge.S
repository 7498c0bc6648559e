/* JGE: jumps on not (SF <> OF). SDM vol. 2A, Jcc. */
case "", "eip=10000810", jge .+0x10
case "SF", "", jge .+0x10
case "OF", "", jge .+0x10
case "SF OF", "eip=10000810", jge .+0x10
case "CF PF AF ZF", "eip=10000810", jge .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "", "eip=1000a806", .byte 0x0f, 0x8d, 0, 0xa0, 0, 0
case "SF", "", .byte 0x0f, 0x8d, 0, 0xa0, 0, 0
case "", "eip=7f5", .byte 0x66, 0x0f, 0x8d, 0xf0, 0xff
case "", "eip=7f3", .byte 0x66, 0x7d, 0xf0
case "", "#UD", unlockable jge .+0x10
