/* ENTER: the frame of a procedure, with copies of the outer frames' pointers. SDM vol. 2A, ENTER. */
case "ebp=1234 CF", "ebp=4ffc esp=4fec [4ffc].4=1234 CF", enter $0x10, $0
case "ebp=4800", "ebp=4ffc esp=4ff8 [4ffc].4=4800 [4ff8].4=4ffc", enter $0, $1
case "ebp=4800 [47fc].4=aaaa [47f8].4=bbbb", "ebp=4ffc esp=4fe8 [4ffc].4=4800 [4ff8].4=aaaa [4ff4].4=bbbb [4ff0].4=4ffc", enter $8, $3
/* The level counts modulo 32. */
case "ebp=1234", "ebp=4ffc esp=4ffc [4ffc].4=1234", enter $0, $32
case "ebp=12345678", "ebp=12344ffe esp=4ffa [4ffe].2=5678", enterw $4, $0
case "esp=4000", "#PF=6 cr2=3ffc", enter $0x10, $0
case "", "#UD", unlockable enter $0, $0
