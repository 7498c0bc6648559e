/* SHR: shifts right, zeros come in. SDM vol. 2B, SAL/SAR/SHL/SHR. */
/* By one: OF is defined. */
case "edx=81", "edx=40 CF OF", shrb %dl
case "edx=40", "edx=20", shrb %dl
case "edx=8000", "edx=4000 PF OF", shrw %dx
case "edx=7fff", "edx=3fff CF PF", shrw %dx
case "edx=c0000001", "edx=60000000 CF PF OF", shrl %edx
case "edx=40000000", "edx=20000000 PF", shrl %edx
case "edx=80 CF", "edx=40 OF", shrb %dl
case "edx=1 CF", "edx=0 CF PF ZF", shrl %edx
/* By an immediate. */
case "edx=96", "edx=9 PF", shrb $4, %dl
case "edx=ff", "edx=1 CF", shrb $7, %dl
case "edx=1234", "edx=1", shrw $12, %dx
case "edx=ffff", "edx=1 CF", shrw $15, %dx
case "edx=12345678", "edx=123456 PF", shrl $8, %edx
case "edx=80000001", "edx=1", shrl $31, %edx
/* By CL: only five bits count, and no flag changes where they are 0. */
case "edx=96 ecx=3", "edx=12 CF PF", shrb %cl, %dl
case "edx=a5 ecx=20 CF", "CF", shrb %cl, %dl
case "edx=beef ecx=9", "edx=5f PF", shrw %cl, %dx
case "edx=deadbeef ecx=81", "edx=6f56df77 CF PF OF", shrl %cl, %edx
case "edx=deadbeef ecx=e0 CF", "CF", shrl %cl, %edx
case "edx=7fffffff ecx=11 CF", "edx=3fff CF PF", shrl %cl, %edx
/* In memory. */
case "[4000].4=80000003", "[4000].4=8000000 PF", .byte 0xc1, 0x2d, 0, 0x40, 0, 0, 4
case "", "#UD", unlockable .byte 0xd1, 0x2d, 0, 0x40, 0, 0
case "ecx=1", "#PF=7 cr2=8000", .byte 0xd2, 0x2d, 0, 0x80, 0, 0
