/* FCMOVNB: moves on not CF. P6 and later. SDM vol. 2A, FCMOVcc. */
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 ZF PF", "st0=4000:8000000000000000 st1=4000:8000000000000000 sw=0 ZF PF", .byte 0xdb, 0xc1
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 CF", "st0=3fff:8000000000000000 sw=0 CF", .byte 0xdb, 0xc1
case "st0=3fff:8000000000000000 ZF PF", "st0=ffff:c000000000000000 sw=41 ZF PF", .byte 0xdb, 0xc1
case "pentium", "#UD", .byte 0xdb, 0xc1
