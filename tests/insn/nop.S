/* NOP: 90, and from P6 on 0F 18..1F with any operand, which is not touched. SDM vol. 2B, NOP. */
case "eax=1 CF", "CF", nop
case "eax=12345678", "", .byte 0x66, 0x90
/* F3 90 is PAUSE later, and a NOP here. */
case "", "", .byte 0xf3, 0x90
case "eax=9000", "", nopl (%eax)
case "", "", nopw 0x9000
case "", "", .byte 0x0f, 0x18, 0x0d, 0, 0x90, 0, 0
case "", "#UD", unlockable nop
case "pentium", "#UD", nopl (%eax)
