/* SETGE: 1 on not (SF <> OF), else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345601", setge %al
case "eax=12345678 SF", "eax=12345600", setge %al
case "eax=12345678 OF", "eax=12345600", setge %al
case "eax=12345678 SF OF", "eax=12345601", setge %al
case "eax=12345678 CF PF AF ZF", "eax=12345601", setge %al
case "[4000].1=55 ", "[4000].1=1", setge 0x4000
case "ecx=ffffffff SF", "ecx=ffff00ff", setge %ch
case "", "#PF=7 cr2=8000", setge 0x8000
case "", "#UD", unlockable setge 0x4000
