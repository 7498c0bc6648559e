/* STD. SDM vol. 2B, STD. */
case "", "DF", std
case "DF CF", "DF CF", std
case "", "#UD", unlockable std
