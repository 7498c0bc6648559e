/* LTR: the TSS becomes busy. SDM vol. 2A, LTR. */
case "ring0 eax=48 CF [204d].1=89", "tr=48 [204d].1=8b CF", ltr %ax
case "ring0 eax=40", "#GP=40", ltr %ax
case "ring0 eax=0", "#GP", ltr %ax
case "ring0 eax=18", "#GP=18", ltr %ax
case "ring0 eax=4c", "#GP=4c", ltr %ax
case "ring0 [2058].8=090038000067 eax=58", "#NP=58", ltr %ax
case "", "#GP", ltr %ax
case16 "real", "#UD", .byte 0x0f, 0x00, 0xd8
case "ring0", "#UD", unlockable ltr 0x4000
