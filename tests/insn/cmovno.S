/* CMOVNO: moves on not (OF). P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=abcd1234", cmovno %ebx, %eax
case "eax=1 ebx=abcd1234 OF", "eax=1", cmovno %ebx, %eax
case "eax=1 ebx=abcd1234 CF PF AF ZF SF", "eax=abcd1234", cmovno %ebx, %eax
case "eax=ffffffff ebx=abcd1234 ", "eax=ffff1234", cmovno %bx, %ax
case "[4000].4=12345678 ", "eax=12345678", cmovno 0x4000, %eax
/* Memory is read in any case. */
case "OF", "#PF=4 cr2=9000", cmovno 0x9000, %eax
case "486", "#UD", cmovno %ebx, %eax
case "", "#UD", unlockable cmovno 0x4000, %eax
