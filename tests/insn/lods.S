/* LODS: [ESI] to AL, AX or EAX. SDM vol. 2A, LODS. */
case "esi=4000 [4000].1=55 eax=ffffff00 CF", "eax=ffffff55 esi=4001 CF", lodsb
case "esi=4000 [4000].4=12345678 DF", "eax=12345678 esi=3ffc DF", lodsl
case "esi=4000 [4000].2=1234 eax=ffff0000", "eax=ffff1234 esi=4002", lodsw
case "esi=4000 ecx=3 [4000]=010203", "eax=3 esi=4003 ecx=0", rep lodsb
case "esi=9000", "#PF=4 cr2=9000", lodsb
case "", "#UD", unlockable lodsb
