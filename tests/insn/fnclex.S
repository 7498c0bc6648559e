/* FNCLEX. SDM vol. 2A, FCLEX. */
case "sw=80ff cw=37e", "sw=0", fnclex
case "sw=7f7f", "sw=7f00", fnclex
