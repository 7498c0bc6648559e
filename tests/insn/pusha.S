/* PUSHA: ESP as it was before. SDM vol. 2B, PUSHA. */
case "eax=1 ecx=2 edx=3 ebx=4 ebp=5 esi=6 edi=7 CF", "esp=4fe0 [4fe0]=0700000006000000050000000050000004000000030000000200000001000000 CF", pushal
case "eax=1 ecx=2 edx=3 ebx=4 ebp=5 esi=6 edi=7", "esp=4ff0 [4ff0]=07000600050000500400030002000100", pushaw
case "esp=4000", "#PF=6 cr2=3ffc", pushal
case "", "#UD", unlockable pushal
