/* AAS: adjusts AL after a subtraction of unpacked digits. SDM vol. 2A, AAS. */
case "eax=2ff", "eax=109 CF AF", aas
case "eax=5", "eax=5", aas
case "eax=205 AF", "eax=f CF AF", aas
case "eax=38 CF", "eax=8", aas
case "eax=1", "eax=1", aas
