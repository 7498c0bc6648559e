/* CMOVO: moves on OF. P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=1", cmovo %ebx, %eax
case "eax=1 ebx=abcd1234 OF", "eax=abcd1234", cmovo %ebx, %eax
case "eax=1 ebx=abcd1234 CF PF AF ZF SF", "eax=1", cmovo %ebx, %eax
case "eax=ffffffff ebx=abcd1234 OF", "eax=ffff1234", cmovo %bx, %ax
case "[4000].4=12345678 OF", "eax=12345678", cmovo 0x4000, %eax
/* Memory is read in any case. */
case "", "#PF=4 cr2=9000", cmovo 0x9000, %eax
case "486", "#UD", cmovo %ebx, %eax
case "", "#UD", unlockable cmovo 0x4000, %eax
