/* BSR: the highest bit set; ZF and no result where there is none. SDM vol. 2A, BSR. */
case "ebx=1 eax=55", "eax=0", bsrl %ebx, %eax
case "ebx=ffffffff", "eax=1f", bsrl %ebx, %eax
case "ebx=10800 eax=12345678", "eax=1234000b", bsrw %bx, %ax
case "ebx=0 eax=1234", "ZF", bsrl %ebx, %eax
case "[4000].4=ff00", "eax=f", bsrl 0x4000, %eax
case "", "#UD", unlockable bsrl 0x4000, %eax
