/* SMSW: not privileged. SDM vol. 2B, SMSW. */
case "ring0 eax=ffffffff CF", "eax=11 CF", smswl %eax
case "ring0 eax=ffffffff", "eax=ffff0011", smsww %ax
case "ring0", "[4000].2=11", smsww 0x4000
case16 "real", "eax=10", .byte 0x0f, 0x01, 0xe0
case16 "v86 VM", "eax=11", .byte 0x0f, 0x01, 0xe0
case "ring0", "#UD", unlockable smsww 0x4000
