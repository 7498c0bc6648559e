/* SETLE: 1 on ZF or SF <> OF, else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345600", setle %al
case "eax=12345678 ZF", "eax=12345601", setle %al
case "eax=12345678 SF", "eax=12345601", setle %al
case "eax=12345678 OF", "eax=12345601", setle %al
case "eax=12345678 SF OF", "eax=12345600", setle %al
case "eax=12345678 ZF SF OF", "eax=12345601", setle %al
case "eax=12345678 CF PF AF", "eax=12345600", setle %al
case "[4000].1=55 ZF", "[4000].1=1", setle 0x4000
case "ecx=ffffffff ", "ecx=ffff00ff", setle %ch
case "ZF", "#PF=7 cr2=8000", setle 0x8000
case "", "#UD", unlockable setle 0x4000
