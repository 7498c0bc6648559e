/* JBE: jumps on CF or ZF. SDM vol. 2A, Jcc. */
case "", "", jbe .+0x10
case "CF", "eip=10000810", jbe .+0x10
case "ZF", "eip=10000810", jbe .+0x10
case "CF ZF", "eip=10000810", jbe .+0x10
case "PF AF SF OF", "", jbe .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "CF", "eip=1000a806", .byte 0x0f, 0x86, 0, 0xa0, 0, 0
case "", "", .byte 0x0f, 0x86, 0, 0xa0, 0, 0
case "CF", "eip=7f5", .byte 0x66, 0x0f, 0x86, 0xf0, 0xff
case "CF", "eip=7f3", .byte 0x66, 0x76, 0xf0
case "CF", "#UD", unlockable jbe .+0x10
