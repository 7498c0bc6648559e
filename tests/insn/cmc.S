/* CMC. SDM vol. 2A, CMC. */
case " ZF OF", "CF ZF OF", cmc
case "CF SF", "SF", cmc
case "", "#UD", unlockable cmc
