/* NEG: 0 - x; CF says whether x was not 0. SDM vol. 2B, NEG. */
case "eax=0", "eax=0 PF ZF", negb %al
case "eax=80", "eax=80 CF SF OF", negb %al
case "eax=1", "eax=ff CF PF AF SF", negb %al
case "eax=8000", "eax=8000 CF PF SF OF", negw %ax
case "eax=10", "eax=fff0 CF PF SF", negw %ax
case "eax=0", "eax=0 PF ZF", negl %eax
case "eax=80000000", "eax=80000000 CF PF SF OF", negl %eax
case "eax=ffffffff", "eax=1 CF AF", negl %eax
case "[4000].4=5", "[4000].4=fffffffb CF AF SF", lock negl 0x4000
case "", "#UD", unlockable negb %al
case "", "#PF=7 cr2=8000", negb 0x8000
