/* LIDT: with a 16-bit operand size 24 bits of base. SDM vol. 2A, LGDT. */
case "ring0 [4000]=341278563412 CF", "idtl=1234 idtb=12345678 CF", lidtl 0x4000
case "ring0 [4000]=341278563412", "idtl=1234 idtb=345678", lidtw 0x4000
case "", "#GP", lidtl 0x4000
case "ring0", "#UD", .byte 0x0f, 0x01, 0xd8
case "ring0", "#UD", unlockable lidtl 0x4000
