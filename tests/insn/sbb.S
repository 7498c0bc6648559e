/* SBB: subtraction with borrow in. SDM vol. 2B, SBB. */
case "eax=abcdef7f ebx=1", "eax=abcdef7e PF", sbbb %bl, %al
case "eax=abcdefff ebx=1 CF", "eax=abcdeffd SF", sbbb %bl, %al
case "eax=abcdef80 ebx=80 CF", "eax=abcdefff CF PF AF SF", {load} sbbb %bl, %al
case "eax=abcdef0f", "eax=abcdef1f CF", sbbb $0xf0, %al
case "eax=abcd7fff ebx=1", "eax=abcd7ffe", sbbw %bx, %ax
case "eax=abcd8000 ebx=ffff CF", "eax=abcd8000 CF PF AF SF", {load} sbbw %bx, %ax
case "eax=abcd1234 CF", "eax=abcd8ace CF AF SF OF", sbbw $0x8765, %ax
case "eax=7fffffff ebx=1", "eax=7ffffffe", sbbl %ebx, %eax
case "eax=ffffffff ebx=0 CF", "eax=fffffffe SF", sbbl %ebx, %eax
case "eax=80000000 ebx=7fffffff CF", "eax=0 PF AF ZF OF", {load} sbbl %ebx, %eax
case "eax=12345678", "eax=8acf1357 CF SF OF", sbbl $0x87654321, %eax
case "ebx=81 CF", "ebx=2 AF OF", sbbb $0x7e, %bl
case "ebx=fffffff0", "ebx=edcba978 PF AF SF", sbbl $0x12345678, %ebx
case "ebx=5 CF", "ebx=5 CF PF AF", sbbl $-1, %ebx
/* 82 is another encoding of 80. */
case "ebx=11", "ebx=ef CF AF SF", .byte 0x82, 0xdb, 0x22
/* In memory, with LOCK where that is allowed. */
case "[4000].4=80000001 ebx=ffffffff", "[4000].4=80000002 CF AF SF", sbbl %ebx, 0x4000
case "edi=30000ffe [30000fff].2=ffff", "[30000fff].2=fffe SF", sbbw $1, 1(%edi)
case "[4001]=f0 ecx=f", "[4001].1=e1 PF AF SF", lock sbbb %cl, 0x4001
case "", "#UD", unlockable sbbb %cl, %al
case "eax=9000", "#PF=6 cr2=9000", sbbl %ebx, (%eax)
case "eax=8000", "#PF=7 cr2=8000", sbbl $1, (%eax)
case "eax=9000", "#PF=4 cr2=9000", sbbl (%eax), %ebx
