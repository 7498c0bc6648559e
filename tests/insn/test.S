/* TEST: AND without the result. SDM vol. 2B, TEST. */
case "eax=80 ebx=ff CF OF", "SF", testb %bl, %al
case "eax=55 ebx=aa CF OF", "PF ZF", testb %bl, %al
case "eax=8001 ebx=8000 CF OF", "PF SF", testw %bx, %ax
case "eax=12345678 ebx=f CF OF", "", testl %ebx, %eax
case "eax=0 ebx=ffffffff CF OF", "PF ZF", testl %ebx, %eax
case "eax=f0", "SF PF", testb $0xf0, %al
case "eax=80000000", "SF PF", testl $0x80000000, %eax
case "ebx=1", "", testb $1, %bl
case "ebx=8000", "PF SF", testw $0x8000, %bx
/* F6 /1 and F7 /1 are TEST, too. */
case "ebx=3", "PF", .byte 0xf6, 0xcb, 0x03
case "ebx=ff", "PF", .byte 0xf7, 0xcb, 0xff, 0xff, 0xff, 0xff
case "", "#UD", unlockable testl %eax, 0x4000
/* Reading is all it does. */
case "[4000]=ff", "PF ZF", testb $0, 0x4000
case "", "#PF=4 cr2=3fff", testb %al, 0x3fff
