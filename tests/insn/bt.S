/* BT: copies a bit to CF. SDM vol. 2A, BT. */
case "edx=80000000 ebx=1f ZF", "ZF CF", btl %ebx, %edx
case "edx=80000000 ebx=1e ZF", "ZF", btl %ebx, %edx
case "edx=1 ebx=20 ZF", "ZF CF", btl %ebx, %edx
case "edx=ffffffff ebx=ffffffff ZF", "ZF CF", btl %ebx, %edx
case "edx=8000 ebx=f ZF", "ZF CF", btw %bx, %dx
case "edx=1 ebx=10 ZF", "ZF CF", btw %bx, %dx
case "edx=0 ebx=1234 ZF", "ZF", btw %bx, %dx
case "edx=10 ZF", "ZF CF", btl $4, %edx
case "edx=10 ZF", "ZF", btl $5, %edx
case "edx=2 ZF", "ZF CF", btl $33, %edx
case "edx=100 ZF", "ZF CF", btw $8, %dx
case "edx=100 ZF", "ZF", btw $25, %dx
/* A register as bit offset reaches memory on both sides of the operand. */
case "ebx=7 [4000].1=80", "CF", btl %ebx, 0x4000
case "ebx=64 [400c].1=ef", "", btl %ebx, 0x4000
case "ebx=ffffffff [47ff].1=80", "CF", btl %ebx, 0x4800
case "ebx=ffffffdf [47fb].1=7f", "", btl %ebx, 0x4800
case "ebx=11 [4002].1=2", "CF", btw %bx, 0x4000
case "ebx=8000 [4800].1=1", "CF", btw %bx, 0x5800
case "[4000].1=80", "CF", btl $7, 0x4000
case "ebx=1", "#UD", unlockable btl %ebx, %eax
case "ebx=28000", "#PF=4 cr2=9000", btl %ebx, 0x4000
