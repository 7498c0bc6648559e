/* FCOMI: into EFLAGS. P6 and later. SDM vol. 2A, FCOMI. */
case "st0=4000:8000000000000000 st1=3fff:8000000000000000 OF SF AF", "sw=0", fcomi %st(1), %st
case "st0=3fff:8000000000000000 st1=4000:8000000000000000", "sw=0 CF", fcomi %st(1), %st
case "st0=3fff:8000000000000000 st1=3fff:8000000000000000", "sw=0 ZF", fcomi %st(1), %st
case "st0=ffff:c000000000000000 st1=3fff:8000000000000000", "sw=1 ZF PF CF", fcomi %st(1), %st
case "st0=7fff:a000000000000000 st1=3fff:8000000000000000", "sw=1 ZF PF CF", fcomi %st(1), %st
case "st0=3fff:8000000000000000", "sw=41 ZF PF CF", fcomi %st(1), %st
case "pentium", "#UD", fcomi %st(1), %st
