/* WBINVD: 486 and later. SDM vol. 2D, WBINVD. */
case "ring0 CF", "CF", wbinvd
case "", "#GP", wbinvd
case "386 ring0", "#UD", wbinvd
case "ring0", "#UD", unlockable wbinvd
