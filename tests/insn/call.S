/* CALL near. SDM vol. 2A, CALL. */
case "CF", "eip=10000815 esp=4ffc [4ffc].4=10000805 CF", call .+0x15
case "eax=10000123", "eip=10000123 esp=4ffc [4ffc].4=10000802", call *%eax
case "[4000].4=10000777", "eip=10000777 esp=4ffc [4ffc].4=10000806", call *0x4000
case "", "eip=814 esp=4ffe [4ffe].2=804", .byte 0x66, 0xe8, 0x10, 0
/* An operand at ESP is read before the push. */
case "[5000].4=10000555", "eip=10000555 esp=4ffc [4ffc].4=10000803", call *(%esp)
case "esp=8004", "#PF=7 cr2=8000", call .
case "cs=47 eip=800 eax=1804 [4ffc].4=0", "#GP [4ffc].4=802", call *%eax
case "", "#UD", unlockable call .
