/* LOOP: counts down, jumps while the count is not 0. SDM vol. 2A, LOOP. */
case "ecx=2", "ecx=1 eip=10000810", loop .+0x10
case "ecx=1", "ecx=0", loop .+0x10
case "ecx=0 CF", "ecx=ffffffff eip=10000810 CF", loop .+0x10
/* The address size chooses CX or ECX. */
case "ecx=10001", "ecx=10000", .byte 0x67, 0xe2, 0x10
case "", "#UD", unlockable loop .
