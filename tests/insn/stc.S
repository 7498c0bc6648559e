/* STC. SDM vol. 2A, STC. */
case " ZF OF", "CF ZF OF", stc
case "", "CF", stc
case "", "#UD", unlockable stc
