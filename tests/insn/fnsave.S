/* FNSAVE: and then FNINIT. SDM vol. 2A, FSAVE. */
case "", "#PF=7 cr2=8000", fnsave 0x8000
