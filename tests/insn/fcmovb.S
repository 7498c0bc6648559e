/* FCMOVB: moves on CF. P6 and later. SDM vol. 2A, FCMOVcc. */
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 CF", "st0=4000:8000000000000000 st1=4000:8000000000000000 sw=0 CF", .byte 0xda, 0xc1
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 ZF PF", "st0=3fff:8000000000000000 sw=0 ZF PF", .byte 0xda, 0xc1
case "st0=3fff:8000000000000000 CF", "st0=ffff:c000000000000000 sw=41 CF", .byte 0xda, 0xc1
case "pentium", "#UD", .byte 0xda, 0xc1
