/* SCAS: AL, AX or EAX - ES:[EDI]. SDM vol. 2B, SCAS. */
case "eax=5 edi=4000 [4000].1=5", "edi=4001 PF ZF", scasb
case "eax=80000000 edi=4000 [4000].4=1 DF", "edi=3ffc PF AF OF DF", scasl
case "eax=0 edi=4000 ecx=ffffffff [4000]=61626300", "edi=4004 ecx=fffffffb PF ZF", repne scasb
case "eax=2020 edi=4000 ecx=5 [4000]=202020202120", "edi=4006 ecx=2 CF PF AF SF", repe scasw
case "ecx=0 ZF", "ZF", repne scasb
case "edi=9000", "#PF=4 cr2=9000", scasb
case "", "#UD", unlockable scasb
