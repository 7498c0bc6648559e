/* LEAVE: ESP = EBP, then POP EBP. SDM vol. 2A, LEAVE. */
case "ebp=4800 [4800].4=1234 CF", "ebp=1234 esp=4804 CF", leave
case "ebp=12344800 [4800].2=1234", "#PF=4 cr2=12344800", leavew
case "ebp=4800 [4800].2=1234", "ebp=1234 esp=4802", leavew
case "ss=7 ebp=12344800 esp=abcd0000 [4800].4=77", "ebp=77 esp=abcd4804", leave
case "ebp=9000", "#PF=4 cr2=9000", leave
case "", "#UD", unlockable leave
