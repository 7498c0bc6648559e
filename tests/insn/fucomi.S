/* FUCOMI. SDM vol. 2A, FCOMI. */
case "st0=4000:8000000000000000 st1=3fff:8000000000000000 OF SF AF", "sw=0", fucomi %st(1), %st
case "st0=3fff:8000000000000000 st1=4000:8000000000000000", "sw=0 CF", fucomi %st(1), %st
case "st0=3fff:8000000000000000 st1=3fff:8000000000000000", "sw=0 ZF", fucomi %st(1), %st
case "st0=ffff:c000000000000000 st1=3fff:8000000000000000", "sw=0 ZF PF CF", fucomi %st(1), %st
case "st0=7fff:a000000000000000 st1=3fff:8000000000000000", "sw=1 ZF PF CF", fucomi %st(1), %st
case "st0=3fff:8000000000000000", "sw=41 ZF PF CF", fucomi %st(1), %st
case "pentium", "#UD", fucomi %st(1), %st
