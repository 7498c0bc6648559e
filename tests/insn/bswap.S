/* BSWAP: 486 and later. SDM vol. 2A, BSWAP. */
case "eax=12345678 CF", "eax=78563412 CF", bswap %eax
case "edi=ff", "edi=ff000000", bswap %edi
case "esp=a000", "esp=a00000", bswap %esp
case "386", "#UD", bswap %eax
case "", "#UD", unlockable bswap %eax
