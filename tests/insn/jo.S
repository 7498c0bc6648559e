/* JO: jumps on OF. SDM vol. 2A, Jcc. */
case "", "", jo .+0x10
case "OF", "eip=10000810", jo .+0x10
case "CF PF AF ZF SF", "", jo .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "OF", "eip=1000a806", .byte 0x0f, 0x80, 0, 0xa0, 0, 0
case "", "", .byte 0x0f, 0x80, 0, 0xa0, 0, 0
case "OF", "eip=7f5", .byte 0x66, 0x0f, 0x80, 0xf0, 0xff
case "OF", "eip=7f3", .byte 0x66, 0x70, 0xf0
case "OF", "#UD", unlockable jo .+0x10
