/* CMOVL: moves on SF <> OF. P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=1", cmovl %ebx, %eax
case "eax=1 ebx=abcd1234 SF", "eax=abcd1234", cmovl %ebx, %eax
case "eax=1 ebx=abcd1234 OF", "eax=abcd1234", cmovl %ebx, %eax
case "eax=1 ebx=abcd1234 SF OF", "eax=1", cmovl %ebx, %eax
case "eax=1 ebx=abcd1234 CF PF AF ZF", "eax=1", cmovl %ebx, %eax
case "eax=ffffffff ebx=abcd1234 SF", "eax=ffff1234", cmovl %bx, %ax
case "[4000].4=12345678 SF", "eax=12345678", cmovl 0x4000, %eax
/* Memory is read in any case. */
case "", "#PF=4 cr2=9000", cmovl 0x9000, %eax
case "486", "#UD", cmovl %ebx, %eax
case "", "#UD", unlockable cmovl 0x4000, %eax
