/* ADC: addition with carry in. SDM vol. 2A, ADC. */
case "eax=abcdef7f ebx=1", "eax=abcdef80 AF SF OF", adcb %bl, %al
case "eax=abcdefff ebx=1 CF", "eax=abcdef01 CF AF", adcb %bl, %al
case "eax=abcdef80 ebx=80 CF", "eax=abcdef01 CF OF", {load} adcb %bl, %al
case "eax=abcdef0f", "eax=abcdefff PF SF", adcb $0xf0, %al
case "eax=abcd7fff ebx=1", "eax=abcd8000 PF AF SF OF", adcw %bx, %ax
case "eax=abcd8000 ebx=ffff CF", "eax=abcd8000 CF PF AF SF", {load} adcw %bx, %ax
case "eax=abcd1234 CF", "eax=abcd999a PF SF", adcw $0x8765, %ax
case "eax=7fffffff ebx=1", "eax=80000000 PF AF SF OF", adcl %ebx, %eax
case "eax=ffffffff ebx=0 CF", "eax=0 CF PF AF ZF", adcl %ebx, %eax
case "eax=80000000 ebx=7fffffff CF", "eax=0 CF PF AF ZF", {load} adcl %ebx, %eax
case "eax=12345678", "eax=99999999 PF SF", adcl $0x87654321, %eax
case "ebx=81 CF", "ebx=0 CF PF AF ZF", adcb $0x7e, %bl
case "ebx=fffffff0", "ebx=12345668 CF", adcl $0x12345678, %ebx
case "ebx=5 CF", "ebx=5 CF PF AF", adcl $-1, %ebx
/* 82 is another encoding of 80. */
case "ebx=11", "ebx=33 PF", .byte 0x82, 0xd3, 0x22
/* In memory, with LOCK where that is allowed. */
case "[4000].4=80000001 ebx=ffffffff", "[4000].4=80000000 CF PF AF SF", adcl %ebx, 0x4000
case "edi=30000ffe [30000fff].2=ffff", "[30000fff].2=0 CF PF AF ZF", adcw $1, 1(%edi)
case "[4001]=f0 ecx=f", "[4001].1=ff PF SF", lock adcb %cl, 0x4001
case "", "#UD", unlockable adcb %cl, %al
case "eax=9000", "#PF=6 cr2=9000", adcl %ebx, (%eax)
case "eax=8000", "#PF=7 cr2=8000", adcl $1, (%eax)
case "eax=9000", "#PF=4 cr2=9000", adcl (%eax), %ebx
