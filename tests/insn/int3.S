/* INT3: one byte, a trap; CD 03 is another thing in v86 mode. SDM vol. 2A, INT n. */
case "CF", "#BP", int3
case "ring0", "#BP", int3
case16 "real", "#BP", int3
/* v86 mode: no IOPL needed. */
case16 "v86 VM", "#BP", int3
case "", "#UD", unlockable int3
