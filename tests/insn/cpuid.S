/* CPUID: Pentium and later. SDM vol. 2A, CPUID. */
case "eax=0 ebx=1 ecx=2 edx=3", "eax=1 ebx=756e6547 ecx=6c65746e edx=49656e69", cpuid
case "486", "#UD", cpuid
case "", "#UD", unlockable cpuid
