/* LDS: a far pointer. SDM vol. 2A, LDS/LES/LFS/LGS/LSS. */
case "[4000].4=12345678 [4004].2=f CF", "eax=12345678 ds=f CF", lds 0x4000, %eax
case "[4000].4=70055 eax=ffff0000", "eax=ffff0055 ds=7", ldsw 0x4000, %ax
case "[4000].4=99 [4004].2=3", "eax=99 ds=3", lds 0x4000, %eax
case "[4000].4=0 [4004].2=1b", "#GP=18", lds 0x4000, %eax
case "[4000].4=0 [4004].2=4f", "#NP=4c", lds 0x4000, %eax
case "", "#PF=4 cr2=9000", lds 0x8ffd, %eax
case "", "#UD", unlockable lds 0x4000, %eax
