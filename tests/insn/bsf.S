/* BSF: the lowest bit set; ZF and no result where there is none. SDM vol. 2A, BSF. */
case "ebx=1 eax=55", "eax=0", bsfl %ebx, %eax
case "ebx=80000000", "eax=1f", bsfl %ebx, %eax
case "ebx=18000 eax=12345678", "eax=1234000f", bsfw %bx, %ax
case "ebx=0 eax=1234", "ZF", bsfl %ebx, %eax
case "ebx=10000 eax=1234", "ZF", bsfw %bx, %ax
case "[4000].4=ff00", "eax=8", bsfl 0x4000, %eax
/* REP before it is no other instruction here: TZCNT is later than these processors. Not run on silicon. */
case "ebx=10", "eax=4", rep bsfl %ebx, %eax
case "", "#UD", unlockable bsfl 0x4000, %eax
