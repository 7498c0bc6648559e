/* SETNE: 1 on not (ZF), else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345601", setne %al
case "eax=12345678 ZF", "eax=12345600", setne %al
case "eax=12345678 CF PF AF SF OF", "eax=12345601", setne %al
case "[4000].1=55 ", "[4000].1=1", setne 0x4000
case "ecx=ffffffff ZF", "ecx=ffff00ff", setne %ch
case "", "#PF=7 cr2=8000", setne 0x8000
case "", "#UD", unlockable setne 0x4000
