/* DAS: adjusts AL after a subtraction of packed digits. SDM vol. 2A, DAS. */
case "eax=2d", "eax=27 AF PF", das
case "eax=99", "eax=99 SF PF", das
case "eax=ee AF", "eax=88 CF AF SF PF", das
case "eax=5 AF", "eax=ff CF AF SF PF", das
case "eax=80 CF", "eax=20 CF", das
