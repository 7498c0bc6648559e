/* HLT. SDM vol. 2A, HLT. */
case "ring0 CF", "halted=1 CF", hlt
case16 "real", "halted=1", hlt
case "", "#GP", hlt
case16 "v86 VM", "#GP", hlt
case "ring0", "#UD", unlockable hlt
