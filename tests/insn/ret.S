/* RET near. SDM vol. 2B, RET. */
case "[5000].4=10000123 CF", "eip=10000123 esp=5004 CF", ret
case "[5000].4=10000123", "eip=10000123 esp=500c", ret $8
case "[5000].2=1234", "eip=1234 esp=5002", retw
case "[5000].4=1 ss=7 esp=ffff5000", "eip=1 esp=ffff4ffc", ret $0xfff8
case "cs=47 eip=800 [5000].4=1804", "#GP", ret
case "esp=9000", "#PF=4 cr2=9000", ret
case "", "#UD", unlockable ret
