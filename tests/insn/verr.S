/* VERR. SDM vol. 2D, VERR. */
case "eax=2b CF", "CF ZF", verr %ax
case "eax=23", "ZF", verr %ax
case "eax=37 ZF", "", verr %ax
case "eax=18 ZF", "", verr %ax
case "eax=0 ZF", "", verr %ax
case "eax=67 ZF", "", verr %ax
case "eax=27", "ZF", verr %ax
case "[4000].2=f", "ZF", verr 0x4000
case "", "#PF=4 cr2=9000", verr 0x9000
case16 "real", "#UD", .byte 0x0f, 0x00, 0xe0
case16 "v86 VM", "#UD", .byte 0x0f, 0x00, 0xe0
case "", "#UD", unlockable verr 0x4000
