/* LOOPNE: counts down, jumps while the count is not 0 and ZF is clear. SDM vol. 2A, LOOP. */
case "ecx=2", "ecx=1 eip=10000810", loopne .+0x10
case "ecx=1", "ecx=0", loopne .+0x10
case "ecx=0 CF", "ecx=ffffffff eip=10000810 CF", loopne .+0x10
case "ecx=5 ZF", "ecx=4 ZF", loopne .+0x10
/* The address size chooses CX or ECX. */
case "ecx=10001", "ecx=10000", .byte 0x67, 0xe0, 0x10
case "", "#UD", unlockable loopne .
