/* FICOM: with an integer. SDM vol. 2A, FICOM. */
case "st0=4000:8000000000000000 [4000].4=1", "sw=0", ficoml 0x4000
case "st0=4000:8000000000000000 [4000].2=2", "sw=4000", ficoms 0x4000
case "st0=c000:8000000000000000 [4000].2=fffd", "sw=0", ficoms 0x4000
case "st0=ffff:c000000000000000 [4000].4=1", "sw=4501", ficoml 0x4000
