/* LSL: the limit of a segment. SDM vol. 2A, LSL. */
case "ebx=2b CF", "eax=ffffffff CF ZF", lsll %ebx, %eax
case "ebx=f", "eax=2345 ZF", lsll %ebx, %eax
case "ebx=2b eax=12340000", "eax=1234ffff ZF", lslw %bx, %ax
case "ebx=7", "eax=ffff ZF", lsll %ebx, %eax
case "ebx=18 ZF", "", lsll %ebx, %eax
case "ebx=0 ZF", "", lsll %ebx, %eax
case "[4000].2=47", "eax=1803 ZF", lsll 0x4000, %eax
case "ring0 ebx=40", "eax=71 ZF", lsll %ebx, %eax
case "ring0 [2058].8=8c0000081234 ebx=58 ZF", "", lsll %ebx, %eax
case16 "real", "#UD", .byte 0x0f, 0x03, 0xc0
case "", "#UD", unlockable lsll 0x4000, %eax
