/* SHLD: a shift that takes its bits from a second operand. SDM vol. 2B, SHLD. */
case "edx=80000001 ebx=c0000000", "edx=3 CF PF OF", shldl $1, %ebx, %edx
case "edx=12345678 ebx=9abcdef0", "edx=3456789a PF", shldl $8, %ebx, %edx
case "edx=12345678 ebx=9abcdef0", "", shldl $32, %ebx, %edx
case "edx=1 ebx=ffffffff", "edx=ffffffff PF SF", shldl $31, %ebx, %edx
case "edx=8001 ebx=4001", "edx=2 CF OF", shldw $1, %bx, %dx
case "edx=1234 ebx=abcd", "edx=234a CF", shldw $4, %bx, %dx
case "edx=ffff ebx=0", "edx=8000 CF PF SF", shldw $15, %bx, %dx
case "edx=deadbeef ebx=badf00d ecx=24", "edx=eadbeef0 CF PF SF", shldl %cl, %ebx, %edx
case "edx=deadbeef ebx=badf00d ecx=40", "", shldl %cl, %ebx, %edx
case "edx=8000 ebx=7fff ecx=c", "edx=7ff PF", shldw %cl, %bx, %dx
case "[4000].4=80000001 ebx=f0000000", "[4000].4=1f", shldl $4, %ebx, 0x4000
case "", "#UD", unlockable shldl $1, %eax, 0x4000
