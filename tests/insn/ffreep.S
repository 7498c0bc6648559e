/* FFREEP: FFREE and a pop; never documented. */
case "st0=3fff:8000000000000000 st1=4000:8000000000000000", "st0=4000:8000000000000000 sw=800 st7=empty", .byte 0xdf, 0xc0
case "st0=3fff:8000000000000000 st1=4000:8000000000000000", "st0=empty st7=empty sw=800", .byte 0xdf, 0xc1
