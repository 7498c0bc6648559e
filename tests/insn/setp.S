/* SETP: 1 on PF, else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345600", setp %al
case "eax=12345678 PF", "eax=12345601", setp %al
case "eax=12345678 CF AF ZF SF OF", "eax=12345600", setp %al
case "[4000].1=55 PF", "[4000].1=1", setp 0x4000
case "ecx=ffffffff ", "ecx=ffff00ff", setp %ch
case "PF", "#PF=7 cr2=8000", setp 0x8000
case "", "#UD", unlockable setp 0x4000
