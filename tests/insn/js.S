/* JS: jumps on SF. SDM vol. 2A, Jcc. */
case "", "", js .+0x10
case "SF", "eip=10000810", js .+0x10
case "CF PF AF ZF OF", "", js .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "SF", "eip=1000a806", .byte 0x0f, 0x88, 0, 0xa0, 0, 0
case "", "", .byte 0x0f, 0x88, 0, 0xa0, 0, 0
case "SF", "eip=7f5", .byte 0x66, 0x0f, 0x88, 0xf0, 0xff
case "SF", "eip=7f3", .byte 0x66, 0x78, 0xf0
case "SF", "#UD", unlockable js .+0x10
