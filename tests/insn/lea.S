/* LEA: the offset alone; no memory, no segment. SDM vol. 2A, LEA. */
case "ebx=1000 esi=10 CF", "eax=1048 CF", leal 8(%ebx,%esi,4), %eax
case "ebx=ffffffff", "eax=0", leal 1(%ebx), %eax
case "ebx=12345678 eax=ffffffff", "eax=ffff5679", leaw 1(%ebx), %ax
case "ebx=ffff ecx=1 esi=3", "ecx=2", leal (%bx,%si), %ecx
case "ds=0", "eax=9000", leal 0x9000, %eax
/* A SIB byte without an index: the scale does nothing, but on a 386 it is the base's. */
case "ebx=100", "eax=100", .byte 0x8d, 0x04, 0xe3
case "386 ebx=100", "eax=800", .byte 0x8d, 0x04, 0xe3
case "", "#UD", .byte 0x8d, 0xc0
case "", "#UD", unlockable leal 0x4000, %eax
