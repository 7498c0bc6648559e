/* BTR: copies a bit to CF and clears it. SDM vol. 2A, BTR. */
case "edx=80000000 ebx=1f ZF", "edx=0 ZF CF", btrl %ebx, %edx
case "edx=80000000 ebx=1e ZF", "ZF", btrl %ebx, %edx
case "edx=1 ebx=20 ZF", "edx=0 ZF CF", btrl %ebx, %edx
case "edx=ffffffff ebx=ffffffff ZF", "edx=7fffffff ZF CF", btrl %ebx, %edx
case "edx=8000 ebx=f ZF", "edx=0 ZF CF", btrw %bx, %dx
case "edx=1 ebx=10 ZF", "edx=0 ZF CF", btrw %bx, %dx
case "edx=0 ebx=1234 ZF", "ZF", btrw %bx, %dx
case "edx=10 ZF", "edx=0 ZF CF", btrl $4, %edx
case "edx=10 ZF", "ZF", btrl $5, %edx
case "edx=2 ZF", "edx=0 ZF CF", btrl $33, %edx
case "edx=100 ZF", "edx=0 ZF CF", btrw $8, %dx
case "edx=100 ZF", "ZF", btrw $25, %dx
/* A register as bit offset reaches memory on both sides of the operand. */
case "ebx=7 [4000].1=80", "[4000].1=0 CF", btrl %ebx, 0x4000
case "ebx=64 [400c].1=ef", "", btrl %ebx, 0x4000
case "ebx=ffffffff [47ff].1=80", "[47ff].1=0 CF", btrl %ebx, 0x4800
case "ebx=ffffffdf [47fb].1=7f", "", btrl %ebx, 0x4800
case "ebx=11 [4002].1=2", "[4002].1=0 CF", btrw %bx, 0x4000
case "ebx=8000 [4800].1=1", "[4800].1=0 CF", btrw %bx, 0x5800
case "[4000].1=80", "[4000].1=0 CF", btrl $7, 0x4000
case "[4004].4=0", "", lock btrl $3, 0x4004
case "ebx=1", "#UD", unlockable btrl %ebx, %eax
case "ebx=28000", "#PF=6 cr2=9000", btrl %ebx, 0x4000
