/* LFS: a far pointer. SDM vol. 2A, LDS/LES/LFS/LGS/LSS. */
case "[4000].4=12345678 [4004].2=f CF", "eax=12345678 fs=f CF", lfs 0x4000, %eax
case "[4000].4=70055 eax=ffff0000", "eax=ffff0055 fs=7", lfsw 0x4000, %ax
case "[4000].4=99 [4004].2=3", "eax=99 fs=3", lfs 0x4000, %eax
case "[4000].4=0 [4004].2=1b", "#GP=18", lfs 0x4000, %eax
case "[4000].4=0 [4004].2=4f", "#NP=4c", lfs 0x4000, %eax
case "", "#PF=4 cr2=9000", lfs 0x8ffd, %eax
case "", "#UD", unlockable lfs 0x4000, %eax
