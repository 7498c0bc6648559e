/* INVD: 486 and later. SDM vol. 2A, INVD. */
case "ring0 CF", "CF", invd
case "", "#GP", invd
case "386 ring0", "#UD", invd
case "ring0", "#UD", unlockable invd
