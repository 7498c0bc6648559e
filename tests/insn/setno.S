/* SETNO: 1 on not (OF), else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345601", setno %al
case "eax=12345678 OF", "eax=12345600", setno %al
case "eax=12345678 CF PF AF ZF SF", "eax=12345601", setno %al
case "[4000].1=55 ", "[4000].1=1", setno 0x4000
case "ecx=ffffffff OF", "ecx=ffff00ff", setno %ch
case "", "#PF=7 cr2=8000", setno 0x8000
case "", "#UD", unlockable setno 0x4000
