/* FCMOVNE: moves on not ZF. P6 and later. SDM vol. 2A, FCMOVcc. */
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 CF PF", "st0=4000:8000000000000000 st1=4000:8000000000000000 sw=0 CF PF", .byte 0xdb, 0xc9
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 ZF", "st0=3fff:8000000000000000 sw=0 ZF", .byte 0xdb, 0xc9
case "st0=3fff:8000000000000000 CF PF", "st0=ffff:c000000000000000 sw=41 CF PF", .byte 0xdb, 0xc9
case "pentium", "#UD", .byte 0xdb, 0xc9
