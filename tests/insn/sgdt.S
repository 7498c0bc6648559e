/* SGDT. SDM vol. 2B, SGDT. */
case "ring0 CF", "[4000]=7f0000200000 CF", sgdtl 0x4000
case16 "real", "[4000]=7f0000200000", .byte 0x0f, 0x01, 0x06, 0, 0x40
case "ring0", "#UD", .byte 0x0f, 0x01, 0xc0
case "ring0", "#UD", unlockable sgdtl 0x4000
