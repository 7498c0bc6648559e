/* CMOVNS: moves on not (SF). P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=abcd1234", cmovns %ebx, %eax
case "eax=1 ebx=abcd1234 SF", "eax=1", cmovns %ebx, %eax
case "eax=1 ebx=abcd1234 CF PF AF ZF OF", "eax=abcd1234", cmovns %ebx, %eax
case "eax=ffffffff ebx=abcd1234 ", "eax=ffff1234", cmovns %bx, %ax
case "[4000].4=12345678 ", "eax=12345678", cmovns 0x4000, %eax
/* Memory is read in any case. */
case "SF", "#PF=4 cr2=9000", cmovns 0x9000, %eax
case "486", "#UD", cmovns %ebx, %eax
case "", "#UD", unlockable cmovns 0x4000, %eax
