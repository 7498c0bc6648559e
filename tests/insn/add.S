/* ADD: integer addition. SDM vol. 2A, ADD. */
case "eax=abcdef7f ebx=1", "eax=abcdef80 AF SF OF", addb %bl, %al
case "eax=abcdefff ebx=1 CF", "eax=abcdef00 CF PF AF ZF", addb %bl, %al
case "eax=abcdef80 ebx=80 CF", "eax=abcdef00 CF PF ZF OF", {load} addb %bl, %al
case "eax=abcdef0f", "eax=abcdefff PF SF", addb $0xf0, %al
case "eax=abcd7fff ebx=1", "eax=abcd8000 PF AF SF OF", addw %bx, %ax
case "eax=abcd8000 ebx=ffff CF", "eax=abcd7fff CF PF OF", {load} addw %bx, %ax
case "eax=abcd1234 CF", "eax=abcd9999 PF SF", addw $0x8765, %ax
case "eax=7fffffff ebx=1", "eax=80000000 PF AF SF OF", addl %ebx, %eax
case "eax=ffffffff ebx=0 CF", "eax=ffffffff PF SF", addl %ebx, %eax
case "eax=80000000 ebx=7fffffff CF", "eax=ffffffff PF SF", {load} addl %ebx, %eax
case "eax=12345678", "eax=99999999 PF SF", addl $0x87654321, %eax
case "ebx=81 CF", "ebx=ff PF SF", addb $0x7e, %bl
case "ebx=fffffff0", "ebx=12345668 CF", addl $0x12345678, %ebx
case "ebx=5 CF", "ebx=4 CF AF", addl $-1, %ebx
/* 82 is another encoding of 80. */
case "ebx=11", "ebx=33 PF", .byte 0x82, 0xc3, 0x22
/* In memory, with LOCK where that is allowed. */
case "[4000].4=80000001 ebx=ffffffff", "[4000].4=80000000 CF PF AF SF", addl %ebx, 0x4000
case "edi=30000ffe [30000fff].2=ffff", "[30000fff].2=0 CF PF AF ZF", addw $1, 1(%edi)
case "[4001]=f0 ecx=f", "[4001].1=ff PF SF", lock addb %cl, 0x4001
case "", "#UD", unlockable addb %cl, %al
case "eax=9000", "#PF=6 cr2=9000", addl %ebx, (%eax)
case "eax=8000", "#PF=7 cr2=8000", addl $1, (%eax)
case "eax=9000", "#PF=4 cr2=9000", addl (%eax), %ebx
