/* POP. SDM vol. 2B, POP. */
case "[5000].4=12345678 CF", "eax=12345678 esp=5004 CF", popl %eax
case "[5000].2=abcd ecx=11111111", "ecx=1111abcd esp=5002", popw %cx
case "[5000].4=4000", "esp=4000", popl %esp
case "[5000].4=7", "[4000].4=7 esp=5004", popl 0x4000
/* An address with ESP is computed after the pop. */
case "[5000].4=9", "[5008].4=9 esp=5004", popl 4(%esp)
case "[5000].2=f", "es=f esp=5004", popl %es
case "[5000].2=7", "ss=7 esp=5004", popl %ss
case "[5000].2=3", "ds=3 esp=5002", popw %ds
case "[5000].2=17", "fs=17 esp=5004", popl %fs
case "[5000].2=2b", "esp=5004", popl %gs
case "[5000].2=1b", "#GP=18", popl %ds
case "[5000].2=0", "#GP", popl %ss
case "ss=7 esp=fffffffe [5000].1=0", "#PF=4 cr2=fffe", popw %ax
case "ss=7 esp=fffe", "#SS", popl %eax
case "", "#PF=7 cr2=8000", popl 0x8000
case "esp=9000", "#PF=4 cr2=9000", popl %eax
case "", "#UD", .byte 0x8f, 0xc8
case "", "#UD", unlockable popl 0x4000
