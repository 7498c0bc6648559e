/* AAA: adjusts AL after an addition of unpacked digits. SDM vol. 2A, AAA. */
case "eax=f", "eax=105 CF AF", aaa
case "eax=9", "eax=9", aaa
case "eax=13 AF", "eax=109 CF AF", aaa
case "eax=fa", "eax=200 CF AF", aaa
case "eax=95 CF", "eax=5", aaa
