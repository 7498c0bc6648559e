/* NOT: no flags. SDM vol. 2B, NOT. */
case "eax=ff00ff5a CF OF", "eax=ff00ffa5 CF OF", notb %al
case "eax=12345678", "eax=1234a987", notw %ax
case "eax=0 ZF", "eax=ffffffff ZF", notl %eax
case "[4000].4=55aa00ff", "[4000].4=aa55ff00", lock notl 0x4000
case "", "#UD", unlockable notl %eax
case "", "#PF=6 cr2=3ffc", notl 0x3ffc
