/* POPA: the stored ESP is passed over. SDM vol. 2B, POPA. */
case "[5000]=0700000006000000050000009999999904000000030000000200000001000000", "eax=1 ecx=2 edx=3 ebx=4 ebp=5 esi=6 edi=7 esp=5020", popal
case "[5000]=07000600050099990400030002000100 eax=ffff0000", "eax=ffff0001 ecx=2 edx=3 ebx=4 ebp=5 esi=6 edi=7 esp=5010", popaw
case "esp=9000", "#PF=4 cr2=9000", popal
case "", "#UD", unlockable popal
