/* JLE: jumps on ZF or SF <> OF. SDM vol. 2A, Jcc. */
case "", "", jle .+0x10
case "ZF", "eip=10000810", jle .+0x10
case "SF", "eip=10000810", jle .+0x10
case "OF", "eip=10000810", jle .+0x10
case "SF OF", "", jle .+0x10
case "ZF SF OF", "eip=10000810", jle .+0x10
case "CF PF AF", "", jle .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "ZF", "eip=1000a806", .byte 0x0f, 0x8e, 0, 0xa0, 0, 0
case "", "", .byte 0x0f, 0x8e, 0, 0xa0, 0, 0
case "ZF", "eip=7f5", .byte 0x66, 0x0f, 0x8e, 0xf0, 0xff
case "ZF", "eip=7f3", .byte 0x66, 0x7e, 0xf0
case "ZF", "#UD", unlockable jle .+0x10
