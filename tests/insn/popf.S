/* POPF: what may change depends on CPL and IOPL. SDM vol. 2B, POPF. */
case "[5000].4=8d5", "esp=5004 CF PF AF ZF SF OF", popfl
case "[5000].4=244402", "esp=5004 DF NT AC ID", popfl
case "CF [5000].2=3400", "esp=5002 DF", popfw
/* IF and IOPL are not the user's. */
case "[5000].4=3000", "esp=5004", popfl
case "ring0 [5000].4=3202", "esp=5004 IF IOPL", popfl
case "ring0 [5000].4=200", "esp=5004 IF", popfl
case "386 ring0 [5000].4=240000", "esp=5004", popfl
case "486 ring0 [5000].4=240000", "esp=5004 AC", popfl
case16 "v86 VM", "#GP", .byte 0x9d
case "esp=9000", "#PF=4 cr2=9000", popfl
case "", "#UD", unlockable popfl
