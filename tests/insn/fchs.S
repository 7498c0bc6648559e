/* FCHS. SDM vol. 2A, FCHS. */
case "st0=3fff:8000000000000000", "st0=bfff:8000000000000000 sw=0", fchs
case "st0=7fff:a000000000000000", "st0=ffff:a000000000000000 sw=0", fchs
case "", "st0=ffff:c000000000000000 sw=41", fchs
