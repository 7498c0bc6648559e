/* CLI: CPL against IOPL. SDM vol. 2A, CLI. */
case "ring0 IF CF", "CF", cli
case16 "real IF", "", cli
case "", "#GP", cli
case16 "v86 VM IOPL IF", "VM IOPL", cli
case16 "v86 VM IF", "#GP", cli
case "", "#UD", unlockable cli
