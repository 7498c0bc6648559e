/* OUT: CPL against IOPL, then the I/O bitmap of the TSS. SDM vol. 2B, OUT. */
case "ring0 port=80 eax=1234", "out=34", outb %al, $0x80
case "ring0 port=80 eax=12345678", "out=12345678", outl %eax, $0x80
case "ring0 port=3f8 edx=3f8 eax=41", "out=41", outb %al, %dx
case "ring0 port=3f8 edx=3f8 eax=4142", "out=4142", outw %ax, %dx
case "", "#GP", outb %al, $0x80
case "edx=10", "#GP", outl %eax, %dx
case16 "v86 VM port=3f eax=5", "out=5", outb %al, $0x3f
case16 "v86 VM", "#GP", outb %al, $0x40
case "", "#UD", unlockable outb %al, $0x80
