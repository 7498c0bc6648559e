/* CMOVP: moves on PF. P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=1", cmovp %ebx, %eax
case "eax=1 ebx=abcd1234 PF", "eax=abcd1234", cmovp %ebx, %eax
case "eax=1 ebx=abcd1234 CF AF ZF SF OF", "eax=1", cmovp %ebx, %eax
case "eax=ffffffff ebx=abcd1234 PF", "eax=ffff1234", cmovp %bx, %ax
case "[4000].4=12345678 PF", "eax=12345678", cmovp 0x4000, %eax
/* Memory is read in any case. */
case "", "#PF=4 cr2=9000", cmovp 0x9000, %eax
case "486", "#UD", cmovp %ebx, %eax
case "", "#UD", unlockable cmovp 0x4000, %eax
