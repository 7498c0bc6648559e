/* CLD. SDM vol. 2A, CLD. */
case "DF CF", "CF", cld
case "", "", cld
case "", "#UD", unlockable cld
