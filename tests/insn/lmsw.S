/* LMSW: sets PE, never clears it. SDM vol. 2A, LMSW. */
case "ring0 eax=e CF", "cr0=1f CF", lmsw %ax
case "ring0 eax=0", "", lmsw %ax
case "ring0 [4000].2=8", "cr0=19", lmsw 0x4000
case16 "real eax=fff1", "cr0=11", .byte 0x0f, 0x01, 0xf0
case "", "#GP", lmsw %ax
case16 "v86 VM", "#GP", lmsw %ax
case "ring0", "#UD", unlockable lmsw 0x4000
