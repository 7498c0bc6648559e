/* SETO: 1 on OF, else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345600", seto %al
case "eax=12345678 OF", "eax=12345601", seto %al
case "eax=12345678 CF PF AF ZF SF", "eax=12345600", seto %al
case "[4000].1=55 OF", "[4000].1=1", seto 0x4000
case "ecx=ffffffff ", "ecx=ffff00ff", seto %ch
case "OF", "#PF=7 cr2=8000", seto 0x8000
case "", "#UD", unlockable seto 0x4000
