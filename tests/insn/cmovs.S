/* CMOVS: moves on SF. P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=1", cmovs %ebx, %eax
case "eax=1 ebx=abcd1234 SF", "eax=abcd1234", cmovs %ebx, %eax
case "eax=1 ebx=abcd1234 CF PF AF ZF OF", "eax=1", cmovs %ebx, %eax
case "eax=ffffffff ebx=abcd1234 SF", "eax=ffff1234", cmovs %bx, %ax
case "[4000].4=12345678 SF", "eax=12345678", cmovs 0x4000, %eax
/* Memory is read in any case. */
case "", "#PF=4 cr2=9000", cmovs 0x9000, %eax
case "486", "#UD", cmovs %ebx, %eax
case "", "#UD", unlockable cmovs 0x4000, %eax
