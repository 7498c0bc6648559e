/* CMOVAE: moves on not (CF). P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=abcd1234", cmovae %ebx, %eax
case "eax=1 ebx=abcd1234 CF", "eax=1", cmovae %ebx, %eax
case "eax=1 ebx=abcd1234 PF AF ZF SF OF", "eax=abcd1234", cmovae %ebx, %eax
case "eax=ffffffff ebx=abcd1234 ", "eax=ffff1234", cmovae %bx, %ax
case "[4000].4=12345678 ", "eax=12345678", cmovae 0x4000, %eax
/* Memory is read in any case. */
case "CF", "#PF=4 cr2=9000", cmovae 0x9000, %eax
case "486", "#UD", cmovae %ebx, %eax
case "", "#UD", unlockable cmovae 0x4000, %eax
