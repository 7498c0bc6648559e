/* LLDT. SDM vol. 2A, LLDT. */
case "ring0 eax=0 CF", "ldtr=0 CF", lldt %ax
case "ring0 [2058].8=820028000017 eax=58", "ldtr=58", lldt %ax
case "ring0 [4000].2=50", "", lldt 0x4000
case "ring0 eax=18", "#GP=18", lldt %ax
case "ring0 eax=54", "#GP=54", lldt %ax
case "ring0 eax=80", "#GP=80", lldt %ax
case "ring0 [2058].8=020028000017 eax=58", "#NP=58", lldt %ax
case "", "#GP", lldt %ax
case16 "real", "#UD", .byte 0x0f, 0x00, 0xd0
case "ring0", "#UD", unlockable lldt 0x4000
