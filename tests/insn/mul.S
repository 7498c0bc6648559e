/* MUL: CF and OF say whether the upper half is not 0. SDM vol. 2B, MUL. */
case "eax=ff ebx=ff", "eax=fe01 CF OF", mulb %bl
case "eax=120f ebx=11", "eax=ff", mulb %bl
case "eax=80 ebx=0", "eax=0", mulb %bl
case "eax=ffff ebx=ffff edx=12340000", "eax=1 edx=1234fffe CF OF", mulw %bx
case "eax=100 ebx=ff edx=ffff", "eax=ff00 edx=0", mulw %bx
case "eax=ffffffff ebx=ffffffff", "eax=1 edx=fffffffe CF OF", mull %ebx
case "eax=10000 ecx=ffff edx=5", "eax=ffff0000 edx=0", mull %ecx
case "eax=2 [4000].4=80000000", "eax=0 edx=1 CF OF", mull 0x4000
case "", "#UD", unlockable mull 0x4000
case "", "#PF=4 cr2=9000", mull 0x9000
