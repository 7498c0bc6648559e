/* RCR: rotates right through CF. SDM vol. 2B, RCL/RCR/ROL/ROR. */
/* By one: OF is defined. */
case "edx=81", "edx=40 CF OF", rcrb %dl
case "edx=40", "edx=20", rcrb %dl
case "edx=8000", "edx=4000 OF", rcrw %dx
case "edx=7fff", "edx=3fff CF", rcrw %dx
case "edx=c0000001", "edx=60000000 CF OF", rcrl %edx
case "edx=40000000", "edx=20000000", rcrl %edx
case "edx=80 CF", "edx=c0", rcrb %dl
case "edx=1 CF", "edx=80000000 CF OF", rcrl %edx
/* By an immediate. */
case "edx=96", "edx=c9", rcrb $4, %dl
case "edx=ff", "edx=fd CF", rcrb $7, %dl
case "edx=1234", "edx=4681", rcrw $12, %dx
case "edx=ffff", "edx=fffd CF", rcrw $15, %dx
case "edx=12345678", "edx=f0123456", rcrl $8, %edx
case "edx=80000001", "edx=5", rcrl $31, %edx
/* By CL: only five bits count, and no flag changes where they are 0. */
case "edx=96 ecx=3", "edx=92 CF", rcrb %cl, %dl
case "edx=a5 ecx=20 CF", "CF", rcrb %cl, %dl
case "edx=beef ecx=9", "edx=ef5f", rcrw %cl, %dx
case "edx=deadbeef ecx=81", "edx=6f56df77 CF OF", rcrl %cl, %edx
case "edx=deadbeef ecx=e0 CF", "CF", rcrl %cl, %edx
case "edx=7fffffff ecx=11 CF", "edx=ffffbfff CF", rcrl %cl, %edx
case "edx=96 CF", "CF", rcrb $9, %dl
case "edx=8001 ecx=11 CF", "CF", rcrw %cl, %dx
case "edx=8001 CF", "edx=c000 CF", rcrw $18, %dx
/* In memory. */
case "[4000].4=80000003", "[4000].4=68000000", .byte 0xc1, 0x1d, 0, 0x40, 0, 0, 4
case "", "#UD", unlockable .byte 0xd1, 0x1d, 0, 0x40, 0, 0
case "ecx=1", "#PF=7 cr2=8000", .byte 0xd2, 0x1d, 0, 0x80, 0, 0
