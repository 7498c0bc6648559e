/* FISTP. SDM vol. 2A, FIST. */
case "st0=c000:8000000000000000", "[4000].2=fffe sw=800 st7=empty", fistps 0x4000
case "st0=4000:c000000000000000", "[4000].4=3 sw=800", fistpl 0x4000
case "st0=bfff:8000000000000000", "[4000].8=ffffffffffffffff sw=800", fistpll 0x4000
case "st0=ffff:c000000000000000", "[4000].8=8000000000000000 sw=801", fistpll 0x4000
case "st0=3fff:8000000000000000", "#PF=6 cr2=9000", fistpl 0x9000
