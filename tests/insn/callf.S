/* CALL far. SDM vol. 2A, CALL. */
case "[4ff8].8=0 CF", "eip=12345678 cs=2f esp=4ff8 [4ff8].8=2310000807 CF", lcall $0x2f, $0x12345678
case "[4000].4=800 [4004].2=47 [4ff8].8=0", "eip=800 cs=47 esp=4ff8 [4ff8].8=2310000806", lcall *0x4000
case "[4000].4=2f0800", "eip=800 cs=2f esp=4ffc [4ffc].4=230807", lcallw *0x4000
case "", "#GP=18", lcall $0x1b, $0
case "", "#GP", lcall $0, $0
case "", "#GP=28", lcall $0x2b, $0
case "", "#GP=64", lcall $0x67, $0
/* What was pushed before the fault stays written. */
case "esp=4004 [4000].4=0", "#PF=6 cr2=3ffc [4000].4=23", lcall $0x23, $0
case16 "real [4ffc].4=0", "cs=1234 eip=5678 esp=4ffc [4ffc].4=10000005", .byte 0x9a, 0x78, 0x56, 0x34, 0x12
/* A call gate to the same ring. */
case "ring0 [2058].8=00008c0000081234", "eip=1234 cs=8 esp=4ff8 [4ff8].8=0000000800010007", lcall $0x58, $0
case "ring0 [2058].8=00000c0000081234", "#NP=58", lcall $0x58, $0
case "", "#UD", .byte 0xff, 0xd8
case "", "#UD", unlockable lcall *0x4000
