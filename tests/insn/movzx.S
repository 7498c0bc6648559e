/* MOVZX: zero-extends. SDM vol. 2B, MOVZX. */
case "ebx=80 eax=ffffffff CF", "eax=80 CF", movzbl %bl, %eax
case "ebx=7f00 eax=ffffffff", "eax=7f", movzbl %bh, %eax
case "ebx=ff eax=12345678", "eax=123400ff", movzbw %bl, %ax
case "ebx=8000", "eax=8000", movzwl %bx, %eax
case "[4000].2=fffe", "eax=fffe", movzwl 0x4000, %eax
case "[4000].1=81 eax=0", "eax=81", movzbw 0x4000, %ax
case "", "#UD", unlockable movzbl 0x4000, %eax
case "", "#PF=4 cr2=9000", movzwl 0x8fff, %eax
