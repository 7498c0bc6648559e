/* CMOVA: moves on not (CF or ZF). P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=abcd1234", cmova %ebx, %eax
case "eax=1 ebx=abcd1234 CF", "eax=1", cmova %ebx, %eax
case "eax=1 ebx=abcd1234 ZF", "eax=1", cmova %ebx, %eax
case "eax=1 ebx=abcd1234 CF ZF", "eax=1", cmova %ebx, %eax
case "eax=1 ebx=abcd1234 PF AF SF OF", "eax=abcd1234", cmova %ebx, %eax
case "eax=ffffffff ebx=abcd1234 ", "eax=ffff1234", cmova %bx, %ax
case "[4000].4=12345678 ", "eax=12345678", cmova 0x4000, %eax
/* Memory is read in any case. */
case "CF", "#PF=4 cr2=9000", cmova 0x9000, %eax
case "486", "#UD", cmova %ebx, %eax
case "", "#UD", unlockable cmova 0x4000, %eax
