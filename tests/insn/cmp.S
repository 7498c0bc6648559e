/* CMP: SUB without the result. SDM vol. 2A, CMP. */
case "eax=abcdef7f ebx=1", "PF", cmpb %bl, %al
case "eax=abcdefff ebx=1 CF", "SF", cmpb %bl, %al
case "eax=abcdef80 ebx=80 CF", "PF ZF", {load} cmpb %bl, %al
case "eax=abcdef0f", "CF", cmpb $0xf0, %al
case "eax=abcd7fff ebx=1", "", cmpw %bx, %ax
case "eax=abcd8000 ebx=ffff CF", "CF AF SF", {load} cmpw %bx, %ax
case "eax=abcd1234 CF", "CF PF AF SF OF", cmpw $0x8765, %ax
case "eax=7fffffff ebx=1", "", cmpl %ebx, %eax
case "eax=ffffffff ebx=0 CF", "PF SF", cmpl %ebx, %eax
case "eax=80000000 ebx=7fffffff CF", "AF OF", {load} cmpl %ebx, %eax
case "eax=12345678", "CF SF OF", cmpl $0x87654321, %eax
case "ebx=81 CF", "PF AF OF", cmpb $0x7e, %bl
case "ebx=fffffff0", "PF AF SF", cmpl $0x12345678, %ebx
case "ebx=5 CF", "CF PF AF", cmpl $-1, %ebx
/* 82 is another encoding of 80. */
case "ebx=11", "CF AF SF", .byte 0x82, 0xfb, 0x22
/* In memory, with LOCK where that is allowed. */
case "[4000].4=80000001 ebx=ffffffff", "CF AF SF", cmpl %ebx, 0x4000
case "edi=30000ffe [30000fff].2=ffff", "SF", cmpw $1, 1(%edi)
case "", "#UD", unlockable cmpb %cl, %al
case "eax=9000", "#PF=4 cr2=9000", cmpl %ebx, (%eax)
case "eax=9000", "#PF=4 cr2=9000", cmpl (%eax), %ebx
