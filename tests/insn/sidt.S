/* SIDT. SDM vol. 2B, SIDT. */
case "ring0 CF", "[4000]=ff0700100000 CF", sidtl 0x4000
case16 "real [4000]=ffffffffffff", "[4000]=ff0300000000", .byte 0x0f, 0x01, 0x0e, 0, 0x40
case "ring0", "#UD", .byte 0x0f, 0x01, 0xc8
case "ring0", "#UD", unlockable sidtl 0x4000
