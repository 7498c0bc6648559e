/* MOVSX: sign-extends. SDM vol. 2B, MOVSX. */
case "ebx=80 eax=ffffffff CF", "eax=ffffff80 CF", movsbl %bl, %eax
case "ebx=7f00 eax=ffffffff", "eax=7f", movsbl %bh, %eax
case "ebx=ff eax=12345678", "eax=1234ffff", movsbw %bl, %ax
case "ebx=8000", "eax=ffff8000", movswl %bx, %eax
case "[4000].2=fffe", "eax=fffffffe", movswl 0x4000, %eax
case "[4000].1=81 eax=0", "eax=ff81", movsbw 0x4000, %ax
case "", "#UD", unlockable movsbl 0x4000, %eax
case "", "#PF=4 cr2=9000", movswl 0x8fff, %eax
