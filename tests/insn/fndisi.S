/* FNDISI: does nothing since the 387. */
case "st0=3fff:8000000000000000 sw=0", "st0=3fff:8000000000000000 sw=0 cw=37f", .byte 0xdb, 0xe1
