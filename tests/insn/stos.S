/* STOS: AL, AX or EAX to ES:[EDI]. SDM vol. 2B, STOS. */
case "eax=55 edi=4000 CF", "[4000].1=55 edi=4001 CF", stosb
case "eax=12345678 edi=4000 DF", "[4000].4=12345678 edi=3ffc DF", stosl
case "eax=12345678 edi=4000", "[4000].2=5678 edi=4002", stosw
case "eax=aa edi=4000 ecx=4", "[4000].4=aaaaaaaa edi=4004 ecx=0", rep stosb
case "eax=1 edi=4000 ecx=2", "[4000].8=100000001 edi=4008 ecx=0", repne stosl
case "edi=7ffc ecx=2 eax=1", "#PF=7 cr2=8000 [7ffc].4=1 edi=8000 ecx=1", rep stosl
case "es=27 edi=4000", "#GP", stosb
case "", "#UD", unlockable stosb
