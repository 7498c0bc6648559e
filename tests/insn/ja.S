/* JA: jumps on not (CF or ZF). SDM vol. 2A, Jcc. */
case "", "eip=10000810", ja .+0x10
case "CF", "", ja .+0x10
case "ZF", "", ja .+0x10
case "CF ZF", "", ja .+0x10
case "PF AF SF OF", "eip=10000810", ja .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "", "eip=1000a806", .byte 0x0f, 0x87, 0, 0xa0, 0, 0
case "CF", "", .byte 0x0f, 0x87, 0, 0xa0, 0, 0
case "", "eip=7f5", .byte 0x66, 0x0f, 0x87, 0xf0, 0xff
case "", "eip=7f3", .byte 0x66, 0x77, 0xf0
case "", "#UD", unlockable ja .+0x10
