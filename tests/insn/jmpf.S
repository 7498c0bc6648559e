/* JMP far. SDM vol. 2A, JMP. */
case "CF", "eip=12345678 cs=2f CF", ljmp $0x2f, $0x12345678
case "[4000].4=800 [4004].2=47", "eip=800 cs=47", ljmp *0x4000
case "[4000].4=2f0800", "eip=800 cs=2f", ljmpw *0x4000
case "", "#GP=18", ljmp $0x1b, $0
case "", "#GP", ljmp $0, $0
case "", "#GP=28", ljmp $0x2b, $0
case "", "#GP=4c", ljmp $0x4f, $0
case "", "#GP=64", ljmp $0x67, $0
case "", "#GP", ljmp $0x47, $0x1804
case "", "#UD", .byte 0xff, 0xe8
case16 "real", "cs=1234 eip=5678", .byte 0xea, 0x78, 0x56, 0x34, 0x12
case "ring0", "cs=10 eip=1234", ljmp $0x10, $0x1234
case "ring0 [2058].8=cf1b000000ffff", "#NP=58", ljmp $0x58, $0
/* A call gate of the same ring. */
case "ring0 [2058].8=00008c0000081234", "eip=1234 cs=8", ljmp $0x58, $0x99999999
case "", "#UD", unlockable ljmp *0x4000
