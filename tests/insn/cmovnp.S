/* CMOVNP: moves on not (PF). P6 and later. SDM vol. 2A, CMOVcc. */
case "eax=1 ebx=abcd1234 ", "eax=abcd1234", cmovnp %ebx, %eax
case "eax=1 ebx=abcd1234 PF", "eax=1", cmovnp %ebx, %eax
case "eax=1 ebx=abcd1234 CF AF ZF SF OF", "eax=abcd1234", cmovnp %ebx, %eax
case "eax=ffffffff ebx=abcd1234 ", "eax=ffff1234", cmovnp %bx, %ax
case "[4000].4=12345678 ", "eax=12345678", cmovnp 0x4000, %eax
/* Memory is read in any case. */
case "PF", "#PF=4 cr2=9000", cmovnp 0x9000, %eax
case "486", "#UD", cmovnp %ebx, %eax
case "", "#UD", unlockable cmovnp 0x4000, %eax
