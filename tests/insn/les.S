/* LES: a far pointer. SDM vol. 2A, LDS/LES/LFS/LGS/LSS. */
case "[4000].4=12345678 [4004].2=f CF", "eax=12345678 es=f CF", les 0x4000, %eax
case "[4000].4=70055 eax=ffff0000", "eax=ffff0055 es=7", lesw 0x4000, %ax
case "[4000].4=99 [4004].2=3", "eax=99 es=3", les 0x4000, %eax
case "[4000].4=0 [4004].2=1b", "#GP=18", les 0x4000, %eax
case "[4000].4=0 [4004].2=4f", "#NP=4c", les 0x4000, %eax
case "", "#PF=4 cr2=9000", les 0x8ffd, %eax
case "", "#UD", unlockable les 0x4000, %eax
