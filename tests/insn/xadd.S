/* XADD: 486 and later. SDM vol. 2D, XADD. */
case "eax=7f ebx=1", "eax=80 ebx=7f AF SF OF", xaddb %bl, %al
case "eax=ffffffff ebx=2", "eax=1 ebx=ffffffff CF AF", xaddl %ebx, %eax
case "eax=3", "eax=6 PF", xaddl %eax, %eax
case "ebx=1 [4000].2=ffff", "ebx=ffff [4000].2=0 CF PF AF ZF", lock xaddw %bx, 0x4000
case "386", "#UD", xaddl %ebx, %eax
case "", "#UD", unlockable xaddl %ebx, %eax
case "", "#PF=6 cr2=9000", xaddl %ebx, 0x9000
