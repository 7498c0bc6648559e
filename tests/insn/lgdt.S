/* LGDT: with a 16-bit operand size 24 bits of base. SDM vol. 2A, LGDT. */
case "ring0 [4000]=341278563412 CF", "gdtl=1234 gdtb=12345678 CF", lgdtl 0x4000
case "ring0 [4000]=341278563412", "gdtl=1234 gdtb=345678", lgdtw 0x4000
case "", "#GP", lgdtl 0x4000
case16 "v86 VM", "#GP", .byte 0x0f, 0x01, 0x16, 0, 0x40
case16 "real [4000]=341278563412", "gdtl=1234 gdtb=345678", .byte 0x0f, 0x01, 0x16, 0, 0x40
case "ring0", "#UD", .byte 0x0f, 0x01, 0xd0
case "ring0", "#UD", unlockable lgdtl 0x4000
