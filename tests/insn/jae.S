/* JAE: jumps on not (CF). SDM vol. 2A, Jcc. */
case "", "eip=10000810", jae .+0x10
case "CF", "", jae .+0x10
case "PF AF ZF SF OF", "eip=10000810", jae .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "", "eip=1000a806", .byte 0x0f, 0x83, 0, 0xa0, 0, 0
case "CF", "", .byte 0x0f, 0x83, 0, 0xa0, 0, 0
case "", "eip=7f5", .byte 0x66, 0x0f, 0x83, 0xf0, 0xff
case "", "eip=7f3", .byte 0x66, 0x73, 0xf0
case "", "#UD", unlockable jae .+0x10
