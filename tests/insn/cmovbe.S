/* CMOVBE: moves on CF or ZF. P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=1", cmovbe %ebx, %eax
case "eax=1 ebx=abcd1234 CF", "eax=abcd1234", cmovbe %ebx, %eax
case "eax=1 ebx=abcd1234 ZF", "eax=abcd1234", cmovbe %ebx, %eax
case "eax=1 ebx=abcd1234 CF ZF", "eax=abcd1234", cmovbe %ebx, %eax
case "eax=1 ebx=abcd1234 PF AF SF OF", "eax=1", cmovbe %ebx, %eax
case "eax=ffffffff ebx=abcd1234 CF", "eax=ffff1234", cmovbe %bx, %ax
case "[4000].4=12345678 CF", "eax=12345678", cmovbe 0x4000, %eax
/* Memory is read in any case. */
case "", "#PF=4 cr2=9000", cmovbe 0x9000, %eax
case "486", "#UD", cmovbe %ebx, %eax
case "", "#UD", unlockable cmovbe 0x4000, %eax
