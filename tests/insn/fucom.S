/* FUCOM: quiet NaNs are no exception. SDM vol. 2A, FUCOM. */
case "st0=4000:8000000000000000 st1=3fff:8000000000000000", "sw=0", fucom %st(1)
case "st0=3fff:8000000000000000 st1=4000:8000000000000000", "sw=100", fucom %st(1)
case "st0=3fff:8000000000000000 st1=3fff:8000000000000000", "sw=4000", fucom %st(1)
case "st0=8000:0 st1=0:0", "sw=4000", fucom %st(1)
case "st0=ffff:c000000000000000 st1=3fff:8000000000000000", "sw=4500", fucom %st(1)
case "st0=7fff:a000000000000000 st1=3fff:8000000000000000", "sw=4501", fucom %st(1)
case "st0=3fff:8000000000000000", "sw=4541", fucom %st(1)
