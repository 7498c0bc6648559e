/* DEC: subtracts 1 and leaves CF alone. SDM vol. 2A, DEC. */
case "ebx=1122337f CF", "ebx=1122337e PF CF", decb %bl
case "ebx=112233ff CF", "ebx=112233fe SF CF", decb %bl
case "ebx=11223380 CF", "ebx=1122337f AF OF CF", decb %bl
case "ebx=11223300 CF", "ebx=112233ff PF AF SF CF", decb %bl
case "ebx=11223310 CF", "ebx=1122330f PF AF CF", decb %bl
case "ebx=11227fff CF", "ebx=11227ffe CF", decw %bx
case "ebx=1122ffff CF", "ebx=1122fffe SF CF", decw %bx
case "ebx=11228000 CF", "ebx=11227fff PF AF OF CF", decw %bx
case "ebx=11220001 CF", "ebx=11220000 PF ZF CF", decw %bx
case "ebx=7fffffff CF", "ebx=7ffffffe CF", decl %ebx
case "ebx=ffffffff CF", "ebx=fffffffe SF CF", decl %ebx
case "ebx=80000000 CF", "ebx=7fffffff PF AF OF CF", decl %ebx
case "ebx=1 CF", "ebx=0 PF ZF CF", decl %ebx
/* The long forms: FE and FF. */
case "ecx=7fffffff", "ecx=7ffffffe ", .byte 0xff, 0xc9
case "[4003]=00", "[4003].1=ff PF AF SF", lock decb 0x4003
case "", "#UD", unlockable decl %eax
case "", "#PF=7 cr2=8010", decw 0x8010
