/* JNO: jumps on not (OF). SDM vol. 2A, Jcc. */
case "", "eip=10000810", jno .+0x10
case "OF", "", jno .+0x10
case "CF PF AF ZF SF", "eip=10000810", jno .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "", "eip=1000a806", .byte 0x0f, 0x81, 0, 0xa0, 0, 0
case "OF", "", .byte 0x0f, 0x81, 0, 0xa0, 0, 0
case "", "eip=7f5", .byte 0x66, 0x0f, 0x81, 0xf0, 0xff
case "", "eip=7f3", .byte 0x66, 0x71, 0xf0
case "", "#UD", unlockable jno .+0x10
