/* VERW. SDM vol. 2D, VERR. */
case "eax=2b CF", "CF ZF", verw %ax
case "eax=23 ZF", "", verw %ax
case "eax=27 ZF", "", verw %ax
case "eax=18 ZF", "", verw %ax
case "eax=0 ZF", "", verw %ax
case "[4000].2=f", "ZF", verw 0x4000
case16 "real", "#UD", .byte 0x0f, 0x00, 0xe8
case "", "#UD", unlockable verw 0x4000
