/* JMP near. SDM vol. 2A, JMP. */
case "CF", "eip=10000812 CF", jmp .+0x12
case "", "eip=100007f0", .byte 0xeb, 0xee
case "", "eip=1000a805", .byte 0xe9, 0, 0xa0, 0, 0
/* A 16-bit operand size cuts EIP. */
case "", "eip=814", .byte 0x66, 0xe9, 0x10, 0x00
case "eax=10000123", "eip=10000123", jmp *%eax
case "eax=10000123", "eip=123", jmpw *%ax
case "[4000].4=10000777", "eip=10000777", jmp *0x4000
case "cs=47 eip=800", "eip=812", jmp .+0x12
case "cs=47 eip=800 eax=1804", "#GP", jmp *%eax
case "", "#PF=4 cr2=9000", jmp *0x9000
case "", "#UD", unlockable jmp .
