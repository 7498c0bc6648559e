/* ARPL: raises the RPL of the first to that of the second. SDM vol. 2A, ARPL. */
case "eax=10 ebx=3 CF", "eax=13 CF ZF", arpl %bx, %ax
case "eax=12 ebx=1 ZF", "", arpl %bx, %ax
case "eax=ffff0010 ebx=1", "eax=ffff0011 ZF", arpl %bx, %ax
case "[4000].2=20 ebx=2", "[4000].2=22 ZF", arpl %bx, 0x4000
/* A read-only page is good enough where nothing changes. */
case "ebx=0 ZF", "", arpl %bx, 0x8000
case16 "real", "#UD", .byte 0x63, 0xc0
case16 "v86 VM", "#UD", .byte 0x63, 0xc0
case "", "#UD", unlockable arpl %bx, 0x4000
