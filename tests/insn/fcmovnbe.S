/* FCMOVNBE: moves on neither CF nor ZF. P6 and later. SDM vol. 2A, FCMOVcc. */
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 PF", "st0=4000:8000000000000000 st1=4000:8000000000000000 sw=0 PF", .byte 0xdb, 0xd1
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 CF", "st0=3fff:8000000000000000 sw=0 CF", .byte 0xdb, 0xd1
case "st0=3fff:8000000000000000 PF", "st0=ffff:c000000000000000 sw=41 PF", .byte 0xdb, 0xd1
case "pentium", "#UD", .byte 0xdb, 0xd1
