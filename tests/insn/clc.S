/* CLC. SDM vol. 2A, CLC. */
case "CF ZF OF", "ZF OF", clc
case "CF", "", clc
case "", "#UD", unlockable clc
