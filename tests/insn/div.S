/* DIV: #DE where the quotient does not fit. The flags are undefined. SDM vol. 2A, DIV. */
case "eax=ff ebx=10", "eax=f0f", divb %bl
case "eax=fe01 ebx=ff", "eax=ff", divb %bl
case "eax=ff00 ebx=ff", "#DE", divb %bl
case "eax=1 ebx=0", "#DE", divb %bl
case "eax=0 edx=1 ebx=2", "eax=8000 edx=0", divw %bx
case "eax=0 edx=2 ebx=2", "#DE", divw %bx
case "eax=ffffffff edx=fffffffe ebx=ffffffff", "eax=ffffffff edx=fffffffe", divl %ebx
case "eax=7 ebx=2", "eax=3 edx=1", divl %ebx
case "edx=1 ebx=1", "#DE", divl %ebx
case "eax=64 [4000].4=7", "eax=e edx=2", divl 0x4000
case "eax=1", "#PF=4 cr2=9000", divl 0x9000
case "", "#UD", unlockable divl 0x4000
