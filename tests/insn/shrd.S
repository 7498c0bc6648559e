/* SHRD: a shift that takes its bits from a second operand. SDM vol. 2B, SHRD. */
case "edx=80000001 ebx=c0000000", "edx=40000000 CF PF OF", shrdl $1, %ebx, %edx
case "edx=12345678 ebx=9abcdef0", "edx=f0123456 PF SF", shrdl $8, %ebx, %edx
case "edx=12345678 ebx=9abcdef0", "", shrdl $32, %ebx, %edx
case "edx=1 ebx=ffffffff", "edx=fffffffe SF", shrdl $31, %ebx, %edx
case "edx=8001 ebx=4001", "edx=c000 CF PF SF", shrdw $1, %bx, %dx
case "edx=1234 ebx=abcd", "edx=d123 SF", shrdw $4, %bx, %dx
case "edx=ffff ebx=0", "edx=1 CF", shrdw $15, %bx, %dx
case "edx=deadbeef ebx=badf00d ecx=24", "edx=ddeadbee CF PF SF", shrdl %cl, %ebx, %edx
case "edx=deadbeef ebx=badf00d ecx=40", "", shrdl %cl, %ebx, %edx
case "edx=8000 ebx=7fff ecx=c", "edx=fff8 SF", shrdw %cl, %bx, %dx
case "[4000].4=80000001 ebx=f", "[4000].4=f8000000 PF SF", shrdl $4, %ebx, 0x4000
case "", "#UD", unlockable shrdl $1, %eax, 0x4000
