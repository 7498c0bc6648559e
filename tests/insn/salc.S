/* SALC: AL = 0 or FF by CF; never documented, always there. */
case "CF eax=1200", "eax=12ff CF", .byte 0xd6
case "eax=1234 ZF", "eax=1200 ZF", .byte 0xd6
case "", "#UD", unlockable .byte 0xd6
