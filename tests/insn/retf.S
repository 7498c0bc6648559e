/* RET far. SDM vol. 2B, RET. */
case "[5000].8=2f12345678 CF", "eip=12345678 cs=2f esp=5008 CF", lret
case "[5000].8=4700000800", "eip=800 cs=47 esp=5018", lret $0x10
case "[5000].4=2f0800", "eip=800 cs=2f esp=5004", lretw
case "[5000].8=2b00000000", "#GP=28", lret
case "[5000].8=2000000000", "#GP=20", lret
case "[5000].8=0", "#GP", lret
case "[5000].8=4700001804", "#GP", lret
case "esp=8ffc", "#PF=4 cr2=9000", lret
case16 "real [5000].4=12345678", "cs=1234 eip=5678 esp=5004", .byte 0xcb
/* To an outer ring: SS:ESP comes from the stack, inner segments go. */
case "ring0 [5000].8=2310000000 [5008].8=2b00007000", "eip=10000000 cs=23 esp=7000 ss=2b ds=0 es=0 fs=0 gs=0 cpl=3", lret
case "ring0 [5000].8=2310000000 [5010].8=2b00007000 ds=2b", "eip=10000000 cs=23 esp=7008 ss=2b ds=2b es=0 fs=0 gs=0 cpl=3", lret $8
case "ring0 [5000].8=2310000000 [5008].8=1800007000", "#GP=18", lret
case "", "#UD", unlockable lret
