/* SAR: shifts right, the sign comes in. SDM vol. 2B, SAL/SAR/SHL/SHR. */
/* By one: OF is defined. */
case "edx=81", "edx=c0 CF PF SF", sarb %dl
case "edx=40", "edx=20", sarb %dl
case "edx=8000", "edx=c000 PF SF", sarw %dx
case "edx=7fff", "edx=3fff CF PF", sarw %dx
case "edx=c0000001", "edx=e0000000 CF PF SF", sarl %edx
case "edx=40000000", "edx=20000000 PF", sarl %edx
case "edx=80 CF", "edx=c0 PF SF", sarb %dl
case "edx=1 CF", "edx=0 CF PF ZF", sarl %edx
/* By an immediate. */
case "edx=96", "edx=f9 PF SF", sarb $4, %dl
case "edx=ff", "CF PF SF", sarb $7, %dl
case "edx=1234", "edx=1", sarw $12, %dx
case "edx=ffff", "CF PF SF", sarw $15, %dx
case "edx=12345678", "edx=123456 PF", sarl $8, %edx
case "edx=80000001", "edx=ffffffff PF SF", sarl $31, %edx
/* By CL: only five bits count, and no flag changes where they are 0. */
case "edx=96 ecx=3", "edx=f2 CF SF", sarb %cl, %dl
case "edx=a5 ecx=20 CF", "CF", sarb %cl, %dl
case "edx=beef ecx=9", "edx=ffdf SF", sarw %cl, %dx
case "edx=deadbeef ecx=81", "edx=ef56df77 CF PF SF", sarl %cl, %edx
case "edx=deadbeef ecx=e0 CF", "CF", sarl %cl, %edx
case "edx=7fffffff ecx=11 CF", "edx=3fff CF PF", sarl %cl, %edx
case "edx=80", "edx=ff CF PF SF", sarb $20, %dl
case "edx=8000", "edx=ffff CF PF SF", sarw $31, %dx
/* In memory. */
case "[4000].4=80000003", "[4000].4=f8000000 PF SF", .byte 0xc1, 0x3d, 0, 0x40, 0, 0, 4
case "", "#UD", unlockable .byte 0xd1, 0x3d, 0, 0x40, 0, 0
case "ecx=1", "#PF=7 cr2=8000", .byte 0xd2, 0x3d, 0, 0x80, 0, 0
