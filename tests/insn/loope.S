/* LOOPE: counts down, jumps while the count is not 0 and ZF is set. SDM vol. 2A, LOOP. */
case "ecx=2 ZF", "ecx=1 eip=10000810 ZF", loope .+0x10
case "ecx=1 ZF", "ecx=0 ZF", loope .+0x10
case "ecx=0 CF ZF", "ecx=ffffffff eip=10000810 CF ZF", loope .+0x10
case "ecx=5", "ecx=4", loope .+0x10
/* The address size chooses CX or ECX. */
case "ecx=10001 ZF", "ecx=10000 ZF", .byte 0x67, 0xe1, 0x10
case "", "#UD", unlockable loope .
