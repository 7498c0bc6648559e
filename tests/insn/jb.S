/* JB: jumps on CF. SDM vol. 2A, Jcc. */
case "", "", jb .+0x10
case "CF", "eip=10000810", jb .+0x10
case "PF AF ZF SF OF", "", jb .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "CF", "eip=1000a806", .byte 0x0f, 0x82, 0, 0xa0, 0, 0
case "", "", .byte 0x0f, 0x82, 0, 0xa0, 0, 0
case "CF", "eip=7f5", .byte 0x66, 0x0f, 0x82, 0xf0, 0xff
case "CF", "eip=7f3", .byte 0x66, 0x72, 0xf0
case "CF", "#UD", unlockable jb .+0x10
