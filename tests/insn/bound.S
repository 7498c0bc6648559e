/* BOUND: #BR outside two signed bounds. SDM vol. 2A, BOUND. */
case "eax=5 [4000].8=a00000005 CF", "CF", bound %eax, 0x4000
case "eax=a [4000].8=a00000005", "", bound %eax, 0x4000
case "eax=b [4000].8=a00000005", "#BR", bound %eax, 0x4000
case "eax=4 [4000].8=a00000005", "#BR", bound %eax, 0x4000
case "eax=ffffffff [4000].8=1fffffffe", "", bound %eax, 0x4000
case "eax=1ffff [4000].4=0001fffe", "", boundw %ax, 0x4000
case "", "#PF=4 cr2=9000", bound %eax, 0x9000
case "", "#UD", .byte 0x62, 0xc0
case "", "#UD", unlockable bound %eax, 0x4000
