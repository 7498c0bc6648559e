/* FPREM: the remainder of a division that truncates. C0 C3 C1 are the quotient's low bits. SDM vol. 2A, FPREM. */
case "st0=4001:a000000000000000 st1=4000:c000000000000000", "st0=4000:8000000000000000 sw=200", fprem
case "st0=4001:c000000000000000 st1=4000:8000000000000000", "st0=0:0 sw=4200", fprem
case "st0=3fff:8000000000000000 st1=0:0", "st0=ffff:c000000000000000 sw=1", fprem
/* Not done yet: C2. */
case "st0=3fff:8000000000000000 st1=7fff:8000000000000000", "st0=3fff:8000000000000000 sw=0", fprem
