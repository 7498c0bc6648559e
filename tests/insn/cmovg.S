/* CMOVG: moves on not (ZF or SF <> OF). P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=abcd1234", cmovg %ebx, %eax
case "eax=1 ebx=abcd1234 ZF", "eax=1", cmovg %ebx, %eax
case "eax=1 ebx=abcd1234 SF", "eax=1", cmovg %ebx, %eax
case "eax=1 ebx=abcd1234 OF", "eax=1", cmovg %ebx, %eax
case "eax=1 ebx=abcd1234 SF OF", "eax=abcd1234", cmovg %ebx, %eax
case "eax=1 ebx=abcd1234 ZF SF OF", "eax=1", cmovg %ebx, %eax
case "eax=1 ebx=abcd1234 CF PF AF", "eax=abcd1234", cmovg %ebx, %eax
case "eax=ffffffff ebx=abcd1234 ", "eax=ffff1234", cmovg %bx, %ax
case "[4000].4=12345678 ", "eax=12345678", cmovg 0x4000, %eax
/* Memory is read in any case. */
case "ZF", "#PF=4 cr2=9000", cmovg 0x9000, %eax
case "486", "#UD", cmovg %ebx, %eax
case "", "#UD", unlockable cmovg 0x4000, %eax
