/* INT n: the gate's DPL must allow it. SDM vol. 2A, INT n. */
case "", "#GP=12", int $2
case "", "#GP=6a", int $13
case "", "#GP=1fa", int $0x3f
case "", "#BP", .byte 0xcd, 3
case "", "#OF", int $4
case16 "v86 VM", "#GP", .byte 0xcd, 3
case16 "real", "#BP", .byte 0xcd, 3
case "ring0 idtl=77", "#GP=102", int $0x20
case "", "#UD", unlockable int $3
