/* UD1: with a ModRM byte. SDM vol. 2D, UD. */
case "", "#UD", .byte 0x0f, 0xb9, 0xc0
case "", "#UD", .byte 0x0f, 0xb9, 0x05, 0, 0x90, 0, 0
