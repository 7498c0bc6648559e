/* FUCOMIP. SDM vol. 2A, FCOMI. */
case "st0=4000:8000000000000000 st1=3fff:8000000000000000 OF SF AF", "sw=800", fucomip %st(1), %st
case "st0=3fff:8000000000000000 st1=4000:8000000000000000", "sw=800 CF", fucomip %st(1), %st
case "st0=3fff:8000000000000000 st1=3fff:8000000000000000", "sw=800 ZF", fucomip %st(1), %st
case "st0=ffff:c000000000000000 st1=3fff:8000000000000000", "sw=800 ZF PF CF", fucomip %st(1), %st
case "st0=7fff:a000000000000000 st1=3fff:8000000000000000", "sw=801 ZF PF CF", fucomip %st(1), %st
case "st0=3fff:8000000000000000", "sw=841 ZF PF CF", fucomip %st(1), %st
case "pentium", "#UD", fucomip %st(1), %st
