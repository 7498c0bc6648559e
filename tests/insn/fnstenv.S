/* FNSTENV: masks all exceptions. SDM vol. 2A, FSTENV. */
case "cw=37e sw=3800 [4000]=00000000000000000000000000000000 [4010]=000000000000000000000000", "[4000].2=37e [4002].2=ffff [4004].2=3800 [4006].2=ffff [4008].4=ffffffff [4018]=0000ffff cw=37f sw=3800", fnstenv 0x4000
case "", "#PF=7 cr2=8000", fnstenv 0x8000
