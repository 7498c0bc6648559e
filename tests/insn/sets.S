/* SETS: 1 on SF, else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345600", sets %al
case "eax=12345678 SF", "eax=12345601", sets %al
case "eax=12345678 CF PF AF ZF OF", "eax=12345600", sets %al
case "[4000].1=55 SF", "[4000].1=1", sets 0x4000
case "ecx=ffffffff ", "ecx=ffff00ff", sets %ch
case "SF", "#PF=7 cr2=8000", sets 0x8000
case "", "#UD", unlockable sets 0x4000
