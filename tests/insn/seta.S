/* SETA: 1 on not (CF or ZF), else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345601", seta %al
case "eax=12345678 CF", "eax=12345600", seta %al
case "eax=12345678 ZF", "eax=12345600", seta %al
case "eax=12345678 CF ZF", "eax=12345600", seta %al
case "eax=12345678 PF AF SF OF", "eax=12345601", seta %al
case "[4000].1=55 ", "[4000].1=1", seta 0x4000
case "ecx=ffffffff CF", "ecx=ffff00ff", seta %ch
case "", "#PF=7 cr2=8000", seta 0x8000
case "", "#UD", unlockable seta 0x4000
