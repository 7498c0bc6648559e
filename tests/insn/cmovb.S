/* CMOVB: moves on CF. P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=1", cmovb %ebx, %eax
case "eax=1 ebx=abcd1234 CF", "eax=abcd1234", cmovb %ebx, %eax
case "eax=1 ebx=abcd1234 PF AF ZF SF OF", "eax=1", cmovb %ebx, %eax
case "eax=ffffffff ebx=abcd1234 CF", "eax=ffff1234", cmovb %bx, %ax
case "[4000].4=12345678 CF", "eax=12345678", cmovb 0x4000, %eax
/* Memory is read in any case. */
case "", "#PF=4 cr2=9000", cmovb 0x9000, %eax
case "486", "#UD", cmovb %ebx, %eax
case "", "#UD", unlockable cmovb 0x4000, %eax
