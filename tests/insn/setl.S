/* SETL: 1 on SF <> OF, else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345600", setl %al
case "eax=12345678 SF", "eax=12345601", setl %al
case "eax=12345678 OF", "eax=12345601", setl %al
case "eax=12345678 SF OF", "eax=12345600", setl %al
case "eax=12345678 CF PF AF ZF", "eax=12345600", setl %al
case "[4000].1=55 SF", "[4000].1=1", setl 0x4000
case "ecx=ffffffff ", "ecx=ffff00ff", setl %ch
case "SF", "#PF=7 cr2=8000", setl 0x8000
case "", "#UD", unlockable setl 0x4000
