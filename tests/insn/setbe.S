/* SETBE: 1 on CF or ZF, else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345600", setbe %al
case "eax=12345678 CF", "eax=12345601", setbe %al
case "eax=12345678 ZF", "eax=12345601", setbe %al
case "eax=12345678 CF ZF", "eax=12345601", setbe %al
case "eax=12345678 PF AF SF OF", "eax=12345600", setbe %al
case "[4000].1=55 CF", "[4000].1=1", setbe 0x4000
case "ecx=ffffffff ", "ecx=ffff00ff", setbe %ch
case "CF", "#PF=7 cr2=8000", setbe 0x8000
case "", "#UD", unlockable setbe 0x4000
