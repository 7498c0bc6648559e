/* STR. SDM vol. 2B, STR. */
case "ring0 eax=ffffffff CF", "eax=40 CF", strl %eax
case "ring0 eax=ffffffff", "eax=ffff0040", strw %ax
case "ring0", "[4000].2=40", strw 0x4000
case16 "real", "#UD", .byte 0x0f, 0x00, 0xc8
case16 "v86 VM", "#UD", .byte 0x0f, 0x00, 0xc8
case "ring0", "#UD", unlockable strw 0x4000
