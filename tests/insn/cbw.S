/* CBW, CWDE: sign extension in EAX. SDM vol. 2A, CBW. */
case "eax=12345680 CF", "eax=1234ff80 CF", cbtw
case "eax=ff7f", "eax=7f", cbtw
case "eax=8000", "eax=ffff8000", cwtl
case "eax=ffff7fff", "eax=7fff", cwtl
case "", "#UD", unlockable cwtl
