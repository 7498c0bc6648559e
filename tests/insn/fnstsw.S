/* FNSTSW: does not wait. SDM vol. 2A, FSTSW. */
case "sw=4500 eax=ffffffff", "eax=ffff4500 sw=4500", fnstsw %ax
case "sw=3800", "[4000].2=3800 sw=3800", fnstsw 0x4000
case "cw=37e sw=8081", "eax=8081 sw=8081", fnstsw %ax
