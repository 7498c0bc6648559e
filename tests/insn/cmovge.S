/* CMOVGE: moves on not (SF <> OF). P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=abcd1234", cmovge %ebx, %eax
case "eax=1 ebx=abcd1234 SF", "eax=1", cmovge %ebx, %eax
case "eax=1 ebx=abcd1234 OF", "eax=1", cmovge %ebx, %eax
case "eax=1 ebx=abcd1234 SF OF", "eax=abcd1234", cmovge %ebx, %eax
case "eax=1 ebx=abcd1234 CF PF AF ZF", "eax=abcd1234", cmovge %ebx, %eax
case "eax=ffffffff ebx=abcd1234 ", "eax=ffff1234", cmovge %bx, %ax
case "[4000].4=12345678 ", "eax=12345678", cmovge 0x4000, %eax
/* Memory is read in any case. */
case "SF", "#PF=4 cr2=9000", cmovge 0x9000, %eax
case "486", "#UD", cmovge %ebx, %eax
case "", "#UD", unlockable cmovge 0x4000, %eax
