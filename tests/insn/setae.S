/* SETAE: 1 on not (CF), else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345601", setae %al
case "eax=12345678 CF", "eax=12345600", setae %al
case "eax=12345678 PF AF ZF SF OF", "eax=12345601", setae %al
case "[4000].1=55 ", "[4000].1=1", setae 0x4000
case "ecx=ffffffff CF", "ecx=ffff00ff", setae %ch
case "", "#PF=7 cr2=8000", setae 0x8000
case "", "#UD", unlockable setae 0x4000
