/* PUSH. SDM vol. 2B, PUSH. */
case "eax=12345678 CF", "esp=4ffc [4ffc].4=12345678 CF", pushl %eax
case "ecx=12345678", "esp=4ffe [4ffe].2=5678", pushw %cx
case "", "esp=4ffc [4ffc].4=5000", pushl %esp
case "", "esp=4ffc [4ffc].4=12345678", pushl $0x12345678
case "", "esp=4ffc [4ffc].4=ffffff80", pushl $-128
case "", "esp=4ffe [4ffe].2=ffff", pushw $-1
case "[4000].4=cafe", "esp=4ffc [4ffc].4=cafe", pushl 0x4000
/* An operand at ESP is read before the push. */
case "[5004].4=77", "esp=4ffc [4ffc].4=77", pushl 4(%esp)
/* Segment registers. */
case "[4ffc].4=0", "esp=4ffc [4ffc].2=2b", pushl %es
case "[4ffc].4=0", "esp=4ffc [4ffc].2=23", pushl %cs
case "[4ffc].4=0", "esp=4ffc [4ffc].2=2b", pushl %ss
case "[4ffc].4=0", "esp=4ffc [4ffc].2=2b", pushl %ds
case "fs=f", "esp=4ffe [4ffe].2=f", pushw %fs
case "gs=17 [4ffc].4=0", "esp=4ffc [4ffc].2=17", pushl %gs
/* A 16-bit stack: SP wraps, the rest of ESP stays. */
case "ss=7 esp=12345000 eax=1", "esp=12344ffc [4ffc].4=1", pushl %eax
case "ss=7 esp=0 eax=1", "#PF=6 cr2=fffc", pushl %eax
case "ss=7 esp=2 eax=1", "#SS", pushl %eax
case "esp=8004", "#PF=7 cr2=8000", pushl %eax
case "ss=f esp=2", "#SS", pushl %eax
case "esp=4", "#PF=6 cr2=0", pushl %eax
case "", "#UD", unlockable pushl %eax
