/* INTO: #OF where OF is set. SDM vol. 2A, INT n. */
case "CF", "CF", into
case "OF", "#OF", into
case16 "real OF", "#OF", into
case "", "#UD", unlockable into
