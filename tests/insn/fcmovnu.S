/* FCMOVNU: moves on not PF. P6 and later. SDM vol. 2A, FCMOVcc. */
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 CF ZF", "st0=4000:8000000000000000 st1=4000:8000000000000000 sw=0 CF ZF", .byte 0xdb, 0xd9
case "st0=3fff:8000000000000000 st1=4000:8000000000000000 PF", "st0=3fff:8000000000000000 sw=0 PF", .byte 0xdb, 0xd9
case "st0=3fff:8000000000000000 CF ZF", "st0=ffff:c000000000000000 sw=41 CF ZF", .byte 0xdb, 0xd9
case "pentium", "#UD", .byte 0xdb, 0xd9
