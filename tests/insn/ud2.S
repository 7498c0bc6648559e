/* UD2. SDM vol. 2D, UD. */
case "CF", "#UD", ud2
case "ring0", "#UD", ud2
