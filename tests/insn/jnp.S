/* JNP: jumps on not (PF). SDM vol. 2A, Jcc. */
case "", "eip=10000810", jnp .+0x10
case "PF", "", jnp .+0x10
case "CF AF ZF SF OF", "eip=10000810", jnp .+0x10
/* Near: a displacement of the operand size, which also cuts EIP. */
case "", "eip=1000a806", .byte 0x0f, 0x8b, 0, 0xa0, 0, 0
case "PF", "", .byte 0x0f, 0x8b, 0, 0xa0, 0, 0
case "", "eip=7f5", .byte 0x66, 0x0f, 0x8b, 0xf0, 0xff
case "", "eip=7f3", .byte 0x66, 0x7b, 0xf0
case "", "#UD", unlockable jnp .+0x10
