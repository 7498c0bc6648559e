/* RCL: rotates left through CF. SDM vol. 2B, RCL/RCR/ROL/ROR. */
/* By one: OF is defined. */
case "edx=81", "edx=2 CF OF", rclb %dl
case "edx=40", "edx=80 OF", rclb %dl
case "edx=8000", "edx=0 CF OF", rclw %dx
case "edx=7fff", "edx=fffe OF", rclw %dx
case "edx=c0000001", "edx=80000002 CF", rcll %edx
case "edx=40000000", "edx=80000000 OF", rcll %edx
case "edx=80 CF", "edx=1 CF OF", rclb %dl
case "edx=1 CF", "edx=3", rcll %edx
/* By an immediate. */
case "edx=96", "edx=64 CF", rclb $4, %dl
case "edx=ff", "edx=bf CF", rclb $7, %dl
case "edx=1234", "edx=4091 CF", rclw $12, %dx
case "edx=ffff", "edx=bfff CF", rclw $15, %dx
case "edx=12345678", "edx=34567809", rcll $8, %edx
case "edx=80000001", "edx=a0000000", rcll $31, %edx
/* By CL: only five bits count, and no flag changes where they are 0. */
case "edx=96 ecx=3", "edx=b2", rclb %cl, %dl
case "edx=a5 ecx=20 CF", "CF", rclb %cl, %dl
case "edx=beef ecx=9", "edx=debe CF", rclw %cl, %dx
case "edx=deadbeef ecx=81", "edx=bd5b7dde CF", rcll %cl, %edx
case "edx=deadbeef ecx=e0 CF", "CF", rcll %cl, %edx
case "edx=7fffffff ecx=11 CF", "edx=ffff7fff CF", rcll %cl, %edx
case "edx=96 CF", "CF", rclb $9, %dl
case "edx=8001 ecx=11 CF", "CF", rclw %cl, %dx
case "edx=8001 CF", "edx=3 CF", rclw $18, %dx
/* In memory. */
case "[4000].4=80000003", "[4000].4=34", .byte 0xc1, 0x15, 0, 0x40, 0, 0, 4
case "", "#UD", unlockable .byte 0xd1, 0x15, 0, 0x40, 0, 0
case "ecx=1", "#PF=7 cr2=8000", .byte 0xd2, 0x15, 0, 0x80, 0, 0
