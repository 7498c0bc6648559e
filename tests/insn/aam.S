/* AAM: AH = AL / imm8, AL = AL mod imm8. SDM vol. 2A, AAM. */
case "eax=3f", "eax=603 PF", aam
case "eax=ff", "eax=1905 PF", aam
case "eax=64", "eax=a00 ZF PF", aam
case "eax=ab", "eax=a0b", aam $16
case "eax=5", "#DE", .byte 0xd4, 0
