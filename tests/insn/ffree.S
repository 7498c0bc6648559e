/* FFREE. SDM vol. 2A, FFREE. */
case "st0=3fff:8000000000000000 st2=4000:8000000000000000", "st0=3fff:8000000000000000 st2=empty sw=0", ffree %st(2)
case "st0=3fff:8000000000000000", "st0=empty sw=0", ffree %st
