/* INC: adds 1 and leaves CF alone. SDM vol. 2A, INC. */
case "ebx=1122337f CF", "ebx=11223380 AF SF OF CF", incb %bl
case "ebx=112233ff CF", "ebx=11223300 PF AF ZF CF", incb %bl
case "ebx=11223380 CF", "ebx=11223381 PF SF CF", incb %bl
case "ebx=11223300 CF", "ebx=11223301 CF", incb %bl
case "ebx=11223310 CF", "ebx=11223311 PF CF", incb %bl
case "ebx=11227fff CF", "ebx=11228000 PF AF SF OF CF", incw %bx
case "ebx=1122ffff CF", "ebx=11220000 PF AF ZF CF", incw %bx
case "ebx=11228000 CF", "ebx=11228001 SF CF", incw %bx
case "ebx=11220001 CF", "ebx=11220002 CF", incw %bx
case "ebx=7fffffff CF", "ebx=80000000 PF AF SF OF CF", incl %ebx
case "ebx=ffffffff CF", "ebx=0 PF AF ZF CF", incl %ebx
case "ebx=80000000 CF", "ebx=80000001 SF CF", incl %ebx
case "ebx=1 CF", "ebx=2 CF", incl %ebx
/* The long forms: FE and FF. */
case "ecx=7fffffff", "ecx=80000000 PF AF SF OF", .byte 0xff, 0xc1
case "[4003]=00", "[4003].1=1 ", lock incb 0x4003
case "", "#UD", unlockable incl %eax
case "", "#PF=7 cr2=8010", incw 0x8010
