/* CLTS. SDM vol. 2A, CLTS. */
case "ring0 cr0=19 CF", "cr0=11 CF", clts
case16 "real cr0=18", "cr0=10", clts
case "", "#GP", clts
case16 "v86 VM", "#GP", clts
case "ring0", "#UD", unlockable clts
