/* CMOVNE: moves on not (ZF). P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=abcd1234", cmovne %ebx, %eax
case "eax=1 ebx=abcd1234 ZF", "eax=1", cmovne %ebx, %eax
case "eax=1 ebx=abcd1234 CF PF AF SF OF", "eax=abcd1234", cmovne %ebx, %eax
case "eax=ffffffff ebx=abcd1234 ", "eax=ffff1234", cmovne %bx, %ax
case "[4000].4=12345678 ", "eax=12345678", cmovne 0x4000, %eax
/* Memory is read in any case. */
case "ZF", "#PF=4 cr2=9000", cmovne 0x9000, %eax
case "486", "#UD", cmovne %ebx, %eax
case "", "#UD", unlockable cmovne 0x4000, %eax
