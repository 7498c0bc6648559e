/* MOVS: [ESI] to ES:[EDI]. SDM vol. 2B, MOVS. */
case "esi=4000 edi=4100 [4000].1=55 CF", "[4100].1=55 esi=4001 edi=4101 CF", movsb
case "esi=4000 edi=4100 [4000].4=12345678 DF", "[4100].4=12345678 esi=3ffc edi=40fc DF", movsl
case "esi=4000 edi=4100 [4000].2=1234", "[4100].2=1234 esi=4002 edi=4102", movsw
case "esi=4000 edi=4100 ecx=3 [4000]=010203", "[4100]=010203 esi=4003 edi=4103 ecx=0", rep movsb
case "esi=4000 edi=4001 ecx=3 [4000].1=7", "[4001]=070707 esi=4003 edi=4004 ecx=0", rep movsb
case "esi=4000 edi=4100 ecx=0", "", rep movsl
/* A fault in the middle leaves the registers at the iteration that faulted. */
case "esi=4000 edi=7ffe ecx=5 [4000]=0102", "#PF=7 cr2=8000 [7ffe]=0102 esi=4002 edi=8000 ecx=3", rep movsb
/* 16-bit addresses: the upper halves stay. */
case "esi=abcd4000 edi=12344100 ecx=ffff0001 [4000].1=9", "[4100].1=9 esi=abcd4001 edi=12344101 ecx=ffff0000", .byte 0x67, 0xf3, 0xa4
case "fs=57 esi=5000 edi=4100 [4000].1=3", "[4100].1=3 esi=5001 edi=4101", .byte 0x64, 0xa4
case "", "#UD", unlockable movsb
