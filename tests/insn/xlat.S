/* XLAT: AL = [EBX + AL]. SDM vol. 2D, XLAT. */
case "eax=12345605 ebx=4000 [4005].1=99 CF", "eax=12345699 CF", xlat
case "eax=ff ebx=4000 [40ff].1=1", "eax=1", xlat
case "eax=10 ebx=abcd4000 [4010].1=2", "eax=2", .byte 0x67, 0xd7
case "eax=10 ebx=0 fs=57 ebx=4ff0 [4000].1=3", "eax=3", .byte 0x64, 0xd7
case "ebx=9000", "#PF=4 cr2=9000", xlat
case "", "#UD", unlockable xlat
