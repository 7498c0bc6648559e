/* ROL: rotates left. SDM vol. 2B, RCL/RCR/ROL/ROR. */
/* By one: OF is defined. */
case "edx=81", "edx=3 CF OF", rolb %dl
case "edx=40", "edx=80 OF", rolb %dl
case "edx=8000", "edx=1 CF OF", rolw %dx
case "edx=7fff", "edx=fffe OF", rolw %dx
case "edx=c0000001", "edx=80000003 CF", roll %edx
case "edx=40000000", "edx=80000000 OF", roll %edx
case "edx=80 CF", "edx=1 CF OF", rolb %dl
case "edx=1 CF", "edx=2", roll %edx
/* By an immediate. */
case "edx=96", "edx=69 CF", rolb $4, %dl
case "edx=ff", "CF", rolb $7, %dl
case "edx=1234", "edx=4123 CF", rolw $12, %dx
case "edx=ffff", "CF", rolw $15, %dx
case "edx=12345678", "edx=34567812", roll $8, %edx
case "edx=80000001", "edx=c0000000", roll $31, %edx
/* By CL: only five bits count, and no flag changes where they are 0. */
case "edx=96 ecx=3", "edx=b4", rolb %cl, %dl
case "edx=a5 ecx=20 CF", "CF", rolb %cl, %dl
case "edx=beef ecx=9", "edx=df7d CF", rolw %cl, %dx
case "edx=deadbeef ecx=81", "edx=bd5b7ddf CF", roll %cl, %edx
case "edx=deadbeef ecx=e0 CF", "CF", roll %cl, %edx
case "edx=7fffffff ecx=11 CF", "edx=fffeffff CF", roll %cl, %edx
case "edx=96", "", rolb $8, %dl
case "edx=8001", "CF", rolw $16, %dx
/* In memory. */
case "[4000].4=80000003", "[4000].4=38", .byte 0xc1, 0x5, 0, 0x40, 0, 0, 4
case "", "#UD", unlockable .byte 0xd1, 0x5, 0, 0x40, 0, 0
case "ecx=1", "#PF=7 cr2=8000", .byte 0xd2, 0x5, 0, 0x80, 0, 0
