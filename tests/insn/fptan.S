/* FPTAN: the tangent, and a 1 on top. SDM vol. 2A, FPTAN. */
case "st0=0:0", "st0=3fff:8000000000000000 st1=0:0 sw=3800", fptan
case "st0=403e:8000000000000000", "st0=403e:8000000000000000 sw=400", fptan
case "st0=7fff:8000000000000000", "st0=ffff:c000000000000000 st1=ffff:c000000000000000 sw=3801", fptan
