/* FYL2XP1. SDM vol. 2A, FYL2XP1. */
case "st0=0:0 st1=4000:c000000000000000", "st0=0:0 sw=800 st7=empty", fyl2xp1
case "st0=0:0 st1=7fff:8000000000000000", "st0=ffff:c000000000000000 sw=801", fyl2xp1
