/* SETG: 1 on not (ZF or SF <> OF), else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345601", setg %al
case "eax=12345678 ZF", "eax=12345600", setg %al
case "eax=12345678 SF", "eax=12345600", setg %al
case "eax=12345678 OF", "eax=12345600", setg %al
case "eax=12345678 SF OF", "eax=12345601", setg %al
case "eax=12345678 ZF SF OF", "eax=12345600", setg %al
case "eax=12345678 CF PF AF", "eax=12345601", setg %al
case "[4000].1=55 ", "[4000].1=1", setg 0x4000
case "ecx=ffffffff ZF", "ecx=ffff00ff", setg %ch
case "", "#PF=7 cr2=8000", setg 0x8000
case "", "#UD", unlockable setg 0x4000
