/* CMPXCHG8B: Pentium and later (CX8). SDM vol. 2A, CMPXCHG8B. */
case "eax=1 edx=2 ebx=3 ecx=4 [4000].8=200000001", "[4000].8=400000003 ZF", cmpxchg8b 0x4000
case "eax=1 edx=2 ebx=3 ecx=4 [4000].8=200000002 CF SF", "eax=2 edx=2 CF SF", lock cmpxchg8b 0x4000
case "", "#UD", .byte 0x0f, 0xc7, 0xc8
case "486", "#UD", cmpxchg8b 0x4000
case "", "#PF=7 cr2=8000", cmpxchg8b 0x8000
case "AC", "#AC", cmpxchg8b 0x4004
