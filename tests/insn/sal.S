/* SAL: /6, the other encoding of SHL. SDM vol. 2B, SAL/SAR/SHL/SHR. */
/* By one: OF is defined. */
case "edx=81", "edx=2 CF OF", .byte 0xd0, 0xf2
case "edx=40", "edx=80 SF OF", .byte 0xd0, 0xf2
case "edx=8000", "edx=0 CF PF ZF OF", .byte 0x66, 0xd1, 0xf2
case "edx=7fff", "edx=fffe SF OF", .byte 0x66, 0xd1, 0xf2
case "edx=c0000001", "edx=80000002 CF SF", .byte 0xd1, 0xf2
case "edx=40000000", "edx=80000000 PF SF OF", .byte 0xd1, 0xf2
case "edx=80 CF", "edx=0 CF PF ZF OF", .byte 0xd0, 0xf2
case "edx=1 CF", "edx=2", .byte 0xd1, 0xf2
/* By an immediate. */
case "edx=96", "edx=60 CF PF", .byte 0xc0, 0xf2, 4
case "edx=ff", "edx=80 CF SF", .byte 0xc0, 0xf2, 7
case "edx=1234", "edx=4000 CF PF", .byte 0x66, 0xc1, 0xf2, 12
case "edx=ffff", "edx=8000 CF PF SF", .byte 0x66, 0xc1, 0xf2, 15
case "edx=12345678", "edx=34567800 PF", .byte 0xc1, 0xf2, 8
case "edx=80000001", "edx=80000000 PF SF", .byte 0xc1, 0xf2, 31
/* By CL: only five bits count, and no flag changes where they are 0. */
case "edx=96 ecx=3", "edx=b0 SF", .byte 0xd2, 0xf2
case "edx=a5 ecx=20 CF", "CF", .byte 0xd2, 0xf2
case "edx=beef ecx=9", "edx=de00 CF PF SF", .byte 0x66, 0xd3, 0xf2
case "edx=deadbeef ecx=81", "edx=bd5b7dde CF PF SF", .byte 0xd3, 0xf2
case "edx=deadbeef ecx=e0 CF", "CF", .byte 0xd3, 0xf2
case "edx=7fffffff ecx=11 CF", "edx=fffe0000 CF PF SF", .byte 0xd3, 0xf2
/* In memory. */
case "[4000].4=80000003", "[4000].4=30 PF", .byte 0xc1, 0x35, 0, 0x40, 0, 0, 4
case "", "#UD", unlockable .byte 0xd1, 0x35, 0, 0x40, 0, 0
case "ecx=1", "#PF=7 cr2=8000", .byte 0xd2, 0x35, 0, 0x80, 0, 0
