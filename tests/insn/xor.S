/* XOR: CF and OF cleared. SDM vol. 2D, XOR. */
case "eax=abcdef7f ebx=1", "eax=abcdef7e PF", xorb %bl, %al
case "eax=abcdefff ebx=1 CF", "eax=abcdeffe SF", xorb %bl, %al
case "eax=abcdef80 ebx=80 CF", "eax=abcdef00 PF ZF", {load} xorb %bl, %al
case "eax=abcdef0f", "eax=abcdefff PF SF", xorb $0xf0, %al
case "eax=abcd7fff ebx=1", "eax=abcd7ffe", xorw %bx, %ax
case "eax=abcd8000 ebx=ffff CF", "eax=abcd7fff PF", {load} xorw %bx, %ax
case "eax=abcd1234 CF", "eax=abcd9551 SF", xorw $0x8765, %ax
case "eax=7fffffff ebx=1", "eax=7ffffffe", xorl %ebx, %eax
case "eax=ffffffff ebx=0 CF", "eax=ffffffff PF SF", xorl %ebx, %eax
case "eax=80000000 ebx=7fffffff CF", "eax=ffffffff PF SF", {load} xorl %ebx, %eax
case "eax=12345678", "eax=95511559 PF SF", xorl $0x87654321, %eax
case "ebx=81 CF", "ebx=ff PF SF", xorb $0x7e, %bl
case "ebx=fffffff0", "ebx=edcba988 PF SF", xorl $0x12345678, %ebx
case "ebx=5 CF", "ebx=fffffffa PF SF", xorl $-1, %ebx
/* 82 is another encoding of 80. */
case "ebx=11", "ebx=33 PF", .byte 0x82, 0xf3, 0x22
/* In memory, with LOCK where that is allowed. */
case "[4000].4=80000001 ebx=ffffffff", "[4000].4=7ffffffe ", xorl %ebx, 0x4000
case "edi=30000ffe [30000fff].2=ffff", "[30000fff].2=fffe SF", xorw $1, 1(%edi)
case "[4001]=f0 ecx=f", "[4001].1=ff PF SF", lock xorb %cl, 0x4001
case "", "#UD", unlockable xorb %cl, %al
case "eax=9000", "#PF=6 cr2=9000", xorl %ebx, (%eax)
case "eax=8000", "#PF=7 cr2=8000", xorl $1, (%eax)
case "eax=9000", "#PF=4 cr2=9000", xorl (%eax), %ebx
