/* INS: a port to ES:[EDI]. SDM vol. 2A, INS. */
case "ring0 port=60 edx=60 in=5a edi=4000", "[4000].1=5a edi=4001", insb
case "ring0 port=60 edx=60 in=12345678 edi=4000 DF", "[4000].4=12345678 edi=3ffc DF", insl
case "ring0 port=60 edx=60 in=1234 edi=4000 ecx=1", "[4000].2=1234 edi=4002 ecx=0", rep insw
case "edx=60 edi=4000", "#GP", insb
case "edx=60 ecx=0", "#GP", rep insb
case16 "v86 VM edx=80", "#GP", insb
case "", "#UD", unlockable insb
