/* CMPS: [ESI] - ES:[EDI]; REPE and REPNE look at ZF. SDM vol. 2A, CMPS. */
case "esi=4000 edi=4100 [4000].1=5 [4100].1=6", "esi=4001 edi=4101 CF PF AF SF", cmpsb
case "esi=4000 edi=4100 [4000].4=80000000 [4100].4=1 DF", "esi=3ffc edi=40fc PF AF OF DF", cmpsl
case "esi=4000 edi=4100 ecx=4 [4000]=01020304 [4100]=01020404", "esi=4003 edi=4103 ecx=1 CF PF AF SF", repe cmpsb
case "esi=4000 edi=4100 ecx=4 [4000]=01020304 [4100]=05060309", "esi=4003 edi=4103 ecx=1 PF ZF", repne cmpsb
case "esi=4000 edi=4100 ecx=2 [4000].4=11112222 [4100].4=11112222", "esi=4004 edi=4104 ecx=0 PF ZF", repe cmpsw
case "ecx=0 CF", "CF", repe cmpsb
case "esi=4000 edi=9000 ecx=2", "#PF=4 cr2=9000", repe cmpsb
case "", "#UD", unlockable cmpsb
