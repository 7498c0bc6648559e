/* AND: CF and OF cleared. SDM vol. 2A, AND. */
case "eax=abcdef7f ebx=1", "eax=abcdef01", andb %bl, %al
case "eax=abcdefff ebx=1 CF", "eax=abcdef01", andb %bl, %al
case "eax=abcdef80 ebx=80 CF", "eax=abcdef80 SF", {load} andb %bl, %al
case "eax=abcdef0f", "eax=abcdef00 PF ZF", andb $0xf0, %al
case "eax=abcd7fff ebx=1", "eax=abcd0001", andw %bx, %ax
case "eax=abcd8000 ebx=ffff CF", "eax=abcd8000 PF SF", {load} andw %bx, %ax
case "eax=abcd1234 CF", "eax=abcd0224 PF", andw $0x8765, %ax
case "eax=7fffffff ebx=1", "eax=1", andl %ebx, %eax
case "eax=ffffffff ebx=0 CF", "eax=0 PF ZF", andl %ebx, %eax
case "eax=80000000 ebx=7fffffff CF", "eax=0 PF ZF", {load} andl %ebx, %eax
case "eax=12345678", "eax=2244220", andl $0x87654321, %eax
case "ebx=81 CF", "ebx=0 PF ZF", andb $0x7e, %bl
case "ebx=fffffff0", "ebx=12345670", andl $0x12345678, %ebx
case "ebx=5 CF", "ebx=5 PF", andl $-1, %ebx
/* 82 is another encoding of 80. */
case "ebx=11", "ebx=0 PF ZF", .byte 0x82, 0xe3, 0x22
/* In memory, with LOCK where that is allowed. */
case "[4000].4=80000001 ebx=ffffffff", "[4000].4=80000001 SF", andl %ebx, 0x4000
case "edi=30000ffe [30000fff].2=ffff", "[30000fff].2=1", andw $1, 1(%edi)
case "[4001]=f0 ecx=f", "[4001].1=0 PF ZF", lock andb %cl, 0x4001
case "", "#UD", unlockable andb %cl, %al
case "eax=9000", "#PF=6 cr2=9000", andl %ebx, (%eax)
case "eax=8000", "#PF=7 cr2=8000", andl $1, (%eax)
case "eax=9000", "#PF=4 cr2=9000", andl (%eax), %ebx
