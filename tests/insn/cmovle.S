/* CMOVLE: moves on ZF or SF <> OF. P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=1", cmovle %ebx, %eax
case "eax=1 ebx=abcd1234 ZF", "eax=abcd1234", cmovle %ebx, %eax
case "eax=1 ebx=abcd1234 SF", "eax=abcd1234", cmovle %ebx, %eax
case "eax=1 ebx=abcd1234 OF", "eax=abcd1234", cmovle %ebx, %eax
case "eax=1 ebx=abcd1234 SF OF", "eax=1", cmovle %ebx, %eax
case "eax=1 ebx=abcd1234 ZF SF OF", "eax=abcd1234", cmovle %ebx, %eax
case "eax=1 ebx=abcd1234 CF PF AF", "eax=1", cmovle %ebx, %eax
case "eax=ffffffff ebx=abcd1234 ZF", "eax=ffff1234", cmovle %bx, %ax
case "[4000].4=12345678 ZF", "eax=12345678", cmovle 0x4000, %eax
/* Memory is read in any case. */
case "", "#PF=4 cr2=9000", cmovle 0x9000, %eax
case "486", "#UD", cmovle %ebx, %eax
case "", "#UD", unlockable cmovle 0x4000, %eax
