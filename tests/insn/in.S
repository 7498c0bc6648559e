/* IN: CPL against IOPL, then the I/O bitmap of the TSS. SDM vol. 2A, IN. */
case "ring0 port=60 in=5a eax=ffffffff", "eax=ffffff5a", inb $0x60, %al
case "ring0 port=60 in=12345678", "eax=12345678", inl $0x60, %eax
case "ring0 port=3f8 edx=3f8 in=7", "eax=7", inb %dx, %al
case "ring0 port=3f8 edx=3f8 in=1234 eax=ffffffff", "eax=ffff1234", inw %dx, %ax
case "", "#GP", inb $0x60, %al
case "edx=10", "#GP", inl %dx, %eax
/* v86: the bitmap alone. */
case16 "v86 VM IOPL port=20 in=1", "eax=1", inb $0x20, %al
case16 "v86 VM IOPL", "#GP", inb $0x40, %al
case16 "v86 VM edx=3f", "#GP", .byte 0xed
case "", "#UD", unlockable inb $0x60, %al
