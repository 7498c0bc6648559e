/* FCMOVBE: moves on CF or ZF. P6 and later. SDM vol. 2A, FCMOVcc. */
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 ZF", "st0=4000:8000000000000000 st1=4000:8000000000000000 sw=0 ZF", .byte 0xda, 0xd1
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 PF", "st0=3fff:8000000000000000 sw=0 PF", .byte 0xda, 0xd1
case "st0=3fff:8000000000000000 ZF", "st0=ffff:c000000000000000 sw=41 ZF", .byte 0xda, 0xd1
case "pentium", "#UD", .byte 0xda, 0xd1
