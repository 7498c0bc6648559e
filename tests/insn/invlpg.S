/* INVLPG: 486 and later. SDM vol. 2A, INVLPG. */
case "ring0 CF", "CF", invlpg 0x4000
case "", "#GP", invlpg 0x4000
case "386 ring0", "#UD", invlpg 0x4000
case "ring0", "#UD", .byte 0x0f, 0x01, 0xf8
case "ring0", "#UD", unlockable invlpg 0x4000
