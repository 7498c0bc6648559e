/* IRET. SDM vol. 2A, IRET. */
case "[5000].8=2f12345678 [5008].4=4d5", "eip=12345678 cs=2f esp=500c CF PF AF ZF SF DF", iret
case "[5000].4=230800 [5004].2=801", "eip=800 cs=23 esp=5006 CF OF", iretw
/* IF and IOPL are not the user's. */
case "[5000].8=2310000000 [5008].4=3000", "eip=10000000 esp=500c", iret
case "[5000].8=2b00000000 [5008].4=0", "#GP=28", iret
case "[5000].8=0", "#GP", iret
case "esp=8ff8", "#PF=4 cr2=9000", iret
case16 "real [5000].4=12345678 [5004].2=7201", "cs=1234 eip=5678 esp=5006 CF IF IOPL NT", .byte 0xcf
case "ring0 [5000].8=800001000 [5008].4=3202", "eip=1000 esp=500c IF IOPL", iret
/* To ring 3, and to v86 mode. */
case "ring0 [5000].8=2310000000 [5008].4=203202 [500c].8=2b00007000", "eip=10000000 cs=23 esp=7000 ss=2b ds=0 es=0 fs=0 gs=0 cpl=3 IF IOPL ID", iret
case "ring0 [5000].8=123400000100 [5008].4=23202 [500c].8=567800000200 [5014]=11110000222200003333000044440000", "cs=1234 eip=100 ss=5678 esp=200 es=1111 ds=2222 fs=3333 gs=4444 cpl=3 VM IF IOPL", iret
case16 "v86 VM", "#GP", .byte 0xcf
case16 "v86 VM IOPL [5000].4=12345678 [5004].2=1", "cs=1234 eip=5678 esp=5006 CF VM IOPL", .byte 0xcf
case "", "#UD", unlockable iret
