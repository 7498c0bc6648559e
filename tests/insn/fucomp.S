/* FUCOMP. SDM vol. 2A, FUCOM. */
case "st0=4000:8000000000000000 st1=3fff:8000000000000000", "sw=800", fucomp %st(1)
case "st0=3fff:8000000000000000 st1=4000:8000000000000000", "sw=900", fucomp %st(1)
case "st0=3fff:8000000000000000 st1=3fff:8000000000000000", "sw=4800", fucomp %st(1)
case "st0=8000:0 st1=0:0", "sw=4800", fucomp %st(1)
case "st0=ffff:c000000000000000 st1=3fff:8000000000000000", "sw=4d00", fucomp %st(1)
case "st0=7fff:a000000000000000 st1=3fff:8000000000000000", "sw=4d01", fucomp %st(1)
case "st0=3fff:8000000000000000", "sw=4d41", fucomp %st(1)
