/* OUTS: [ESI] to a port. SDM vol. 2B, OUTS. */
case "ring0 port=80 edx=80 esi=4000 [4000].1=99", "out=99 esi=4001", outsb
case "ring0 port=80 edx=80 esi=4000 [4000].4=12345678 DF", "out=12345678 esi=3ffc DF", outsl
case "ring0 port=80 edx=80 esi=4000 [4000].2=abcd ecx=1", "out=abcd esi=4002 ecx=0", rep outsw
case "edx=80 esi=4000", "#GP", outsb
case "", "#UD", unlockable outsb
