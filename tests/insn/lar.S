/* LAR: the access rights of a segment. SDM vol. 2A, LAR. */
case "ebx=2b CF", "eax=cff300 CF ZF", larl %ebx, %eax
case "ebx=23", "eax=cffb00 ZF", larl %ebx, %eax
case "ebx=2b eax=ffffffff", "eax=fffff300 ZF", larw %bx, %ax
case "ebx=f", "eax=40f300 ZF", larl %ebx, %eax
case "ebx=18 eax=5 ZF", "", larl %ebx, %eax
case "ebx=0 ZF", "", larl %ebx, %eax
case "ebx=67 ZF", "", larl %ebx, %eax
case "[4000].2=27", "eax=cff100 ZF", larl 0x4000, %eax
case "ring0 ebx=40", "eax=8b00 ZF", larl %ebx, %eax
case "ring0 ebx=50", "eax=8200 ZF", larl %ebx, %eax
/* Interrupt gates have no rights to show. */
case "ring0 [2058].8=8e0000081234 ebx=58 ZF", "", larl %ebx, %eax
case16 "real", "#UD", .byte 0x0f, 0x02, 0xc0
case "", "#UD", unlockable larl 0x4000, %eax
