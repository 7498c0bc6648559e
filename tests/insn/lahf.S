/* LAHF. SDM vol. 2A, LAHF. */
case "CF PF AF ZF SF OF", "eax=d700 CF PF AF ZF SF OF", lahf
case "eax=ffffffff", "eax=ffff02ff", lahf
case "", "#UD", unlockable lahf
