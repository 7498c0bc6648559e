/* SHL: shifts left. SDM vol. 2B, SAL/SAR/SHL/SHR. */
/* By one: OF is defined. */
case "edx=81", "edx=2 CF OF", shlb %dl
case "edx=40", "edx=80 SF OF", shlb %dl
case "edx=8000", "edx=0 CF PF ZF OF", shlw %dx
case "edx=7fff", "edx=fffe SF OF", shlw %dx
case "edx=c0000001", "edx=80000002 CF SF", shll %edx
case "edx=40000000", "edx=80000000 PF SF OF", shll %edx
case "edx=80 CF", "edx=0 CF PF ZF OF", shlb %dl
case "edx=1 CF", "edx=2", shll %edx
/* By an immediate. */
case "edx=96", "edx=60 CF PF", shlb $4, %dl
case "edx=ff", "edx=80 CF SF", shlb $7, %dl
case "edx=1234", "edx=4000 CF PF", shlw $12, %dx
case "edx=ffff", "edx=8000 CF PF SF", shlw $15, %dx
case "edx=12345678", "edx=34567800 PF", shll $8, %edx
case "edx=80000001", "edx=80000000 PF SF", shll $31, %edx
/* By CL: only five bits count, and no flag changes where they are 0. */
case "edx=96 ecx=3", "edx=b0 SF", shlb %cl, %dl
case "edx=a5 ecx=20 CF", "CF", shlb %cl, %dl
case "edx=beef ecx=9", "edx=de00 CF PF SF", shlw %cl, %dx
case "edx=deadbeef ecx=81", "edx=bd5b7dde CF PF SF", shll %cl, %edx
case "edx=deadbeef ecx=e0 CF", "CF", shll %cl, %edx
case "edx=7fffffff ecx=11 CF", "edx=fffe0000 CF PF SF", shll %cl, %edx
/* In memory. */
case "[4000].4=80000003", "[4000].4=30 PF", .byte 0xc1, 0x25, 0, 0x40, 0, 0, 4
case "", "#UD", unlockable .byte 0xd1, 0x25, 0, 0x40, 0, 0
case "ecx=1", "#PF=7 cr2=8000", .byte 0xd2, 0x25, 0, 0x80, 0, 0
