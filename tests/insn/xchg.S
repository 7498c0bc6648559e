/* XCHG: with memory it is locked, prefix or not. SDM vol. 2D, XCHG. */
case "eax=12345678 ebx=aabbccdd CF", "eax=123456dd ebx=aabbcc78 CF", xchgb %bl, %al
case "eax=12345678", "eax=12347856", xchgb %ah, %al
case "eax=1 ecx=2", "eax=2 ecx=1", xchgl %ecx, %eax
case "eax=11112222 edx=33334444", "eax=11114444 edx=33332222", xchgw %dx, %ax
case "ebx=1 ecx=2", "ebx=2 ecx=1", xchgl %ebx, %ecx
case "eax=5 [4000].4=77", "eax=77 [4000].4=5", xchgl %eax, 0x4000
case "ecx=a5 [4000].1=5a", "ecx=5a [4000].1=a5", lock xchgb %cl, 0x4000
case "", "#UD", unlockable xchgl %ecx, %eax
case "", "#PF=7 cr2=8000", xchgl %eax, 0x8000
case "", "#PF=6 cr2=9000", xchgl %eax, 0x9000
