/* SAHF. SDM vol. 2B, SAHF. */
case "eax=d500 OF", "CF PF AF ZF SF OF", sahf
case "eax=2a00 CF ZF", "", sahf
case "", "#UD", unlockable sahf
