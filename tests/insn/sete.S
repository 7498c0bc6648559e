/* SETE: 1 on ZF, else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345600", sete %al
case "eax=12345678 ZF", "eax=12345601", sete %al
case "eax=12345678 CF PF AF SF OF", "eax=12345600", sete %al
case "[4000].1=55 ZF", "[4000].1=1", sete 0x4000
case "ecx=ffffffff ", "ecx=ffff00ff", sete %ch
case "ZF", "#PF=7 cr2=8000", sete 0x8000
case "", "#UD", unlockable sete 0x4000
