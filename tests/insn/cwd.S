/* CWD, CDQ: sign extension into EDX. SDM vol. 2A, CWD. */
case "eax=8000 edx=12345678", "edx=1234ffff", cwtd
case "eax=ffff7fff edx=ffffffff", "edx=ffff0000", cwtd
case "eax=80000000", "edx=ffffffff", cltd
case "eax=7fffffff edx=1", "edx=0", cltd
