/* SETNS: 1 on not (SF), else 0. SDM vol. 2B, SETcc. */
case "eax=12345678 ", "eax=12345601", setns %al
case "eax=12345678 SF", "eax=12345600", setns %al
case "eax=12345678 CF PF AF ZF OF", "eax=12345601", setns %al
case "[4000].1=55 ", "[4000].1=1", setns 0x4000
case "ecx=ffffffff SF", "ecx=ffff00ff", setns %ch
case "", "#PF=7 cr2=8000", setns 0x8000
case "", "#UD", unlockable setns 0x4000
