/* SUB: integer subtraction. SDM vol. 2B, SUB. */
case "eax=abcdef7f ebx=1", "eax=abcdef7e PF", subb %bl, %al
case "eax=abcdefff ebx=1 CF", "eax=abcdeffe SF", subb %bl, %al
case "eax=abcdef80 ebx=80 CF", "eax=abcdef00 PF ZF", {load} subb %bl, %al
case "eax=abcdef0f", "eax=abcdef1f CF", subb $0xf0, %al
case "eax=abcd7fff ebx=1", "eax=abcd7ffe", subw %bx, %ax
case "eax=abcd8000 ebx=ffff CF", "eax=abcd8001 CF AF SF", {load} subw %bx, %ax
case "eax=abcd1234 CF", "eax=abcd8acf CF PF AF SF OF", subw $0x8765, %ax
case "eax=7fffffff ebx=1", "eax=7ffffffe", subl %ebx, %eax
case "eax=ffffffff ebx=0 CF", "eax=ffffffff PF SF", subl %ebx, %eax
case "eax=80000000 ebx=7fffffff CF", "eax=1 AF OF", {load} subl %ebx, %eax
case "eax=12345678", "eax=8acf1357 CF SF OF", subl $0x87654321, %eax
case "ebx=81 CF", "ebx=3 PF AF OF", subb $0x7e, %bl
case "ebx=fffffff0", "ebx=edcba978 PF AF SF", subl $0x12345678, %ebx
case "ebx=5 CF", "ebx=6 CF PF AF", subl $-1, %ebx
/* 82 is another encoding of 80. */
case "ebx=11", "ebx=ef CF AF SF", .byte 0x82, 0xeb, 0x22
/* In memory, with LOCK where that is allowed. */
case "[4000].4=80000001 ebx=ffffffff", "[4000].4=80000002 CF AF SF", subl %ebx, 0x4000
case "edi=30000ffe [30000fff].2=ffff", "[30000fff].2=fffe SF", subw $1, 1(%edi)
case "[4001]=f0 ecx=f", "[4001].1=e1 PF AF SF", lock subb %cl, 0x4001
case "", "#UD", unlockable subb %cl, %al
case "eax=9000", "#PF=6 cr2=9000", subl %ebx, (%eax)
case "eax=8000", "#PF=7 cr2=8000", subl $1, (%eax)
case "eax=9000", "#PF=4 cr2=9000", subl (%eax), %ebx
