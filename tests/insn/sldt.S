/* SLDT. SDM vol. 2B, SLDT. */
case "ring0 eax=ffffffff CF", "eax=50 CF", sldtl %eax
case "ring0 eax=ffffffff", "eax=ffff0050", sldtw %ax
case "ring0 [4000].4=0", "[4000].2=50", sldtw 0x4000
case16 "real", "#UD", .byte 0x0f, 0x00, 0xc0
case16 "v86 VM", "#UD", .byte 0x0f, 0x00, 0xc0
case "ring0", "#UD", unlockable sldtw 0x4000
