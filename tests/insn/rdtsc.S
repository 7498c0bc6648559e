/* RDTSC: Pentium and later (TSC); CR4.TSD keeps it for ring 0. SDM vol. 2B, RDTSC. */
case "eax=1 edx=1", "eax=0 edx=0", rdtsc
case "ring0 cr4=4 eax=1", "eax=0", rdtsc
case16 "v86 VM cr4=4", "#GP", rdtsc
case "486", "#UD", rdtsc
case "", "#UD", unlockable rdtsc
