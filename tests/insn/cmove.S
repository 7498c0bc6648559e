/* CMOVE: moves on ZF. P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=1", cmove %ebx, %eax
case "eax=1 ebx=abcd1234 ZF", "eax=abcd1234", cmove %ebx, %eax
case "eax=1 ebx=abcd1234 CF PF AF SF OF", "eax=1", cmove %ebx, %eax
case "eax=ffffffff ebx=abcd1234 ZF", "eax=ffff1234", cmove %bx, %ax
case "[4000].4=12345678 ZF", "eax=12345678", cmove 0x4000, %eax
/* Memory is read in any case. */
case "", "#PF=4 cr2=9000", cmove 0x9000, %eax
case "486", "#UD", cmove %ebx, %eax
case "", "#UD", unlockable cmove 0x4000, %eax
