/* SETNP: 1 on not (PF), else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345601", setnp %al
case "eax=12345678 PF", "eax=12345600", setnp %al
case "eax=12345678 CF AF ZF SF OF", "eax=12345601", setnp %al
case "[4000].1=55 ", "[4000].1=1", setnp 0x4000
case "ecx=ffffffff PF", "ecx=ffff00ff", setnp %ch
case "", "#PF=7 cr2=8000", setnp 0x8000
case "", "#UD", unlockable setnp 0x4000
