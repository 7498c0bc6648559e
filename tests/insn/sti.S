/* STI: CPL against IOPL. SDM vol. 2B, STI. */
case "ring0 CF", "IF CF", sti
case16 "real", "IF", sti
case "", "#GP", sti
case16 "v86 VM IOPL", "IF VM IOPL", sti
case16 "v86 VM", "#GP", sti
case "", "#UD", unlockable sti
