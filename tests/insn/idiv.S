/* IDIV: truncates towards 0, the remainder has the sign of the dividend. SDM vol. 2A, IDIV. */
case "eax=fff9 ebx=2", "eax=fffd", idivb %bl
case "eax=7 ebx=fe", "eax=1fd", idivb %bl
case "eax=ff80 ebx=1", "eax=80", idivb %bl
case "eax=80 ebx=1", "#DE", idivb %bl
case "eax=ff80 ebx=ff", "#DE", idivb %bl
case "eax=fff9 edx=ffff ebx=fffe", "eax=3 edx=ffff", idivw %bx
case "eax=8000 edx=ffff ebx=ffff", "#DE", idivw %bx
case "eax=80000000 edx=ffffffff ebx=1", "eax=80000000 edx=0", idivl %ebx
case "eax=80000000 edx=ffffffff ebx=ffffffff", "#DE", idivl %ebx
case "eax=fffffff9 edx=ffffffff ebx=2", "eax=fffffffd edx=ffffffff", idivl %ebx
case "ebx=0", "#DE", idivl %ebx
case "", "#UD", unlockable idivb 0x4000
