/* CMPXCHG: 486 and later. SDM vol. 2A, CMPXCHG. */
case "eax=11 ebx=11 ecx=99", "ebx=99 ZF PF", cmpxchgl %ecx, %ebx
case "eax=12 ebx=11 ecx=99", "eax=11", cmpxchgl %ecx, %ebx
case "eax=ff80 ebx=ff81", "eax=ff81 CF PF AF SF", cmpxchgb %cl, %bl
case "eax=11118000 ebx=22228000 ecx=33331234", "ebx=22221234 ZF PF", cmpxchgw %cx, %bx
case "eax=5 ecx=7 [4000].4=5", "[4000].4=7 ZF PF", lock cmpxchgl %ecx, 0x4000
case "eax=5 ecx=7 [4000].4=6", "eax=6 CF PF AF SF", cmpxchgl %ecx, 0x4000
/* It writes in any case. */
case "", "#PF=7 cr2=8000", cmpxchgl %ecx, 0x8000
case "386", "#UD", cmpxchgl %ecx, %ebx
case "", "#UD", unlockable cmpxchgl %ecx, %ebx
