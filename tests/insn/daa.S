/* DAA: adjusts AL after an addition of packed digits. SDM vol. 2A, DAA. */
case "eax=3c", "eax=42 AF PF", daa
case "eax=9a", "eax=0 CF AF ZF PF", daa
case "eax=12", "eax=12 PF", daa
case "eax=20 CF", "eax=80 CF SF", daa
case "eax=7 AF", "eax=d AF", daa
case "eax=a5", "eax=5 CF PF", daa
