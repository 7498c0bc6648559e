/* IMUL: CF and OF say whether the result does not fit the lower half. SDM vol. 2A, IMUL. */
case "eax=ff ebx=ff", "eax=1", imulb %bl
case "eax=80 ebx=80", "eax=4000 CF OF", imulb %bl
case "eax=7f ebx=2", "eax=fe CF OF", imulb %bl
case "eax=ffff ebx=2 edx=0", "eax=fffe edx=ffff", imulw %bx
case "eax=8000 ebx=8000", "eax=0 edx=4000 CF OF", imulw %bx
case "eax=fffffffe ebx=3", "eax=fffffffa edx=ffffffff", imull %ebx
case "eax=40000000 ebx=2", "eax=80000000 CF OF", imull %ebx
/* Two operands. */
case "eax=fffffffd ebx=5", "eax=fffffff1", imull %ebx, %eax
case "eax=10000 ebx=10000", "eax=0 CF OF", imull %ebx, %eax
case "eax=7fff [4000].2=2", "eax=fffe CF OF", imulw 0x4000, %ax
/* Three operands. */
case "ebx=7", "eax=ffffff90", imull $-16, %ebx, %eax
case "ebx=12345678", "eax=6665b658 CF OF", imull $0x12345, %ebx, %eax
case "eax=ffff1111 ebx=8000", "eax=ffff8000 CF OF", imulw $-1, %bx, %ax
case "ebx=2", "eax=2468", imulw $0x1234, %bx, %ax
case "", "#UD", unlockable imull 0x4000, %eax
