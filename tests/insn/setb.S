/* SETB: 1 on CF, else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345600", setb %al
case "eax=12345678 CF", "eax=12345601", setb %al
case "eax=12345678 PF AF ZF SF OF", "eax=12345600", setb %al
case "[4000].1=55 CF", "[4000].1=1", setb 0x4000
case "ecx=ffffffff ", "ecx=ffff00ff", setb %ch
case "CF", "#PF=7 cr2=8000", setb 0x8000
case "", "#UD", unlockable setb 0x4000
