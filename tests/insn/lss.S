/* LSS: a far pointer. SDM vol. 2A, LDS/LES/LFS/LGS/LSS. */
case "[4000].4=12345678 [4004].2=f CF", "eax=12345678 ss=f CF", lss 0x4000, %eax
case "[4000].4=70055 eax=ffff0000", "eax=ffff0055 ss=7", lssw 0x4000, %ax
case "[4000].4=0 [4004].2=0", "#GP", lss 0x4000, %eax
case "[4000].4=0 [4004].2=1b", "#GP=18", lss 0x4000, %eax
case "[4000].4=0 [4004].2=4f", "#SS=4c", lss 0x4000, %eax
case "", "#PF=4 cr2=9000", lss 0x8ffd, %eax
case "", "#UD", unlockable lss 0x4000, %eax
