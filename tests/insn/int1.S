/* INT1 (ICEBP): #DB, whatever the gate's DPL. SDM vol. 2A, INT n. */
case "", "#DB", .byte 0xf1
case "ring0", "#DB", .byte 0xf1
case "", "#UD", unlockable .byte 0xf1
