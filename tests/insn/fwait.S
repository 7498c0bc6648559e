/* FWAIT: reports a pending exception; CR0.TS and MP make it #NM. SDM vol. 2A, WAIT. */
case "", "sw=0", fwait
case "cw=37e sw=8081", "#MF sw=8081", fwait
case "ring0 cr0=1b", "#NM", fwait
case "ring0 cr0=19", "", fwait
case "ring0 cr0=15", "", fwait
case "", "#UD", unlockable fwait
