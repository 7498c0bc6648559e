/* ROR: rotates right. SDM vol. 2B, RCL/RCR/ROL/ROR. */
/* By one: OF is defined. */
case "edx=81", "edx=c0 CF", rorb %dl
case "edx=40", "edx=20", rorb %dl
case "edx=8000", "edx=4000 OF", rorw %dx
case "edx=7fff", "edx=bfff CF OF", rorw %dx
case "edx=c0000001", "edx=e0000000 CF", rorl %edx
case "edx=40000000", "edx=20000000", rorl %edx
case "edx=80 CF", "edx=40 OF", rorb %dl
case "edx=1 CF", "edx=80000000 CF OF", rorl %edx
/* By an immediate. */
case "edx=96", "edx=69", rorb $4, %dl
case "edx=ff", "CF", rorb $7, %dl
case "edx=1234", "edx=2341", rorw $12, %dx
case "edx=ffff", "CF", rorw $15, %dx
case "edx=12345678", "edx=78123456", rorl $8, %edx
case "edx=80000001", "edx=3", rorl $31, %edx
/* By CL: only five bits count, and no flag changes where they are 0. */
case "edx=96 ecx=3", "edx=d2 CF", rorb %cl, %dl
case "edx=a5 ecx=20 CF", "CF", rorb %cl, %dl
case "edx=beef ecx=9", "edx=77df", rorw %cl, %dx
case "edx=deadbeef ecx=81", "edx=ef56df77 CF", rorl %cl, %edx
case "edx=deadbeef ecx=e0 CF", "CF", rorl %cl, %edx
case "edx=7fffffff ecx=11 CF", "edx=ffffbfff CF", rorl %cl, %edx
case "edx=96", "CF", rorb $8, %dl
case "edx=8001", "CF", rorw $16, %dx
/* In memory. */
case "[4000].4=80000003", "[4000].4=38000000", .byte 0xc1, 0xd, 0, 0x40, 0, 0, 4
case "", "#UD", unlockable .byte 0xd1, 0xd, 0, 0x40, 0, 0
case "ecx=1", "#PF=7 cr2=8000", .byte 0xd2, 0xd, 0, 0x80, 0, 0
