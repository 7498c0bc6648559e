/* FICOMP. SDM vol. 2A, FICOM. */
case "st0=4000:8000000000000000 [4000].4=1", "sw=800 st7=empty", ficompl 0x4000
case "st0=3fff:8000000000000000 [4000].2=2", "sw=900", ficomps 0x4000
