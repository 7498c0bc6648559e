/* AAD: AL = AL + AH * imm8, AH = 0. SDM vol. 2A, AAD. */
case "eax=603", "eax=3f PF", aad
case "eax=1234", "eax=e8 SF PF", aad
case "eax=1010", "eax=10", aad $0
case "eax=a0b", "eax=ab SF", aad $16
case "eax=100", "eax=0 ZF PF", aad $0
