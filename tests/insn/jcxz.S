/* JCXZ, JECXZ: by the address size. SDM vol. 2A, Jcc. */
case "CF", "eip=10000810 CF", jecxz .+0x10
case "ecx=1", "", jecxz .+0x10
case "ecx=10000", "eip=10000811", jcxz .+0x11
case "ecx=10000", "", jecxz .+0x10
case "ecx=1", "", jcxz .+0x10
case "", "#UD", unlockable jecxz .
