/* MOV: data, segment, control, debug and test registers. SDM vol. 2B, MOV. */
case "ebx=11223344 CF OF", "eax=44 CF OF", movb %bl, %al
case "ebx=11223344", "eax=33", {load} movb %bh, %al
case "ebx=11223344 eax=ffffffff", "eax=ffff3344", movw %bx, %ax
case "ebx=11223344", "eax=11223344", {load} movl %ebx, %eax
/* Immediates. */
case "eax=12345678", "eax=12345699", movb $0x99, %al
case "", "ecx=deadbeef", movl $0xdeadbeef, %ecx
case "edi=11111111", "edi=1111abcd", movw $0xabcd, %di
case "", "[4000].1=7f", movb $0x7f, 0x4000
case "ebx=4000", "[4004].4=12345678", movl $0x12345678, 4(%ebx)
case "", "#UD", .byte 0xc6, 0x0d, 0, 0x40, 0, 0, 0
/* Absolute addresses. */
case "[4000].1=5a", "eax=5a", movb 0x4000, %al
case "[4000].4=12345678", "eax=12345678", movl 0x4000, %eax
case "eax=a5", "[4000].1=a5", movb %al, 0x4000
case "eax=12345678", "[4ffe].4=12345678", movl %eax, 0x4ffe
case "[5000].1=77", "eax=77", .byte 0x67, 0xa0, 0x00, 0x50
/* Addressing. */
case "ebx=4000 esi=10 [4050].4=cafe", "eax=cafe", movl 0x10(%ebx,%esi,4), %eax
case "ebp=4008 [4000].4=1", "eax=1", movl -8(%ebp), %eax
case "edi=800 [4000].4=2", "eax=2", movl (,%edi,8), %eax
case "esp=4000 [4004].4=3", "eax=3", movl 4(%esp), %eax
case "ebx=abcd3ffe esi=10002 [4000].2=55", "ecx=55", movw (%bx,%si), %cx
case "ebx=fff0 edi=4010 [4000].2=66", "ecx=66", movw (%bx,%di), %cx
/* Segments: limits, rights, expand-down, null. */
case "ds=f [4010].4=12", "eax=12", movl 0x10, %eax
case "ds=f", "#GP", movl 0x2343, %eax
case "ds=f [6345].1=46", "eax=46", movb 0x2345, %al
case "ds=17 [5000].1=9", "eax=9", movb 0x5000, %al
case "ds=17", "#GP", movb 0x4fff, %al
case "ds=27", "#GP", movb %al, 0x4000
case "es=0", "#GP", movl %es:0x4000, %eax
case "ss=f", "#SS", movl %ss:0x2343, %eax
case "cs=37", "#GP", movb %cs:0x4000, %al
case "fs=57 [4000].1=8", "eax=8", movb %fs:0x5000, %al
/* Faults. */
case "", "#PF=4 cr2=9000", movl 0x8ffe, %eax
case "", "#PF=7 cr2=8000", movl %eax, 0x7ffe
case "", "#UD", unlockable movl %eax, 0x4000
case "AC", "#AC", movl 0x4001, %eax
case "AC [4001].1=1", "eax=1", movb 0x4001, %al
/* Segment registers. */
case "eax=ffffffff", "eax=2b", movl %ds, %eax
case "eax=ffffffff", "eax=ffff002b", movw %ds, %ax
case "[4002].2=9999", "[4000].2=2b", movw %ds, 0x4000
case "eax=f", "ds=f", movl %eax, %ds
case "eax=10000", "es=0", movl %eax, %es
case "eax=2b", "", movl %eax, %ss
case "eax=7", "ss=7", movl %eax, %ss
case "eax=0", "#GP", movl %eax, %ss
case "eax=27", "#GP=24", movl %eax, %ss
case "eax=23", "ds=23", movl %eax, %ds
case "eax=37", "#GP=34", movl %eax, %ds
case "eax=1b", "#GP=18", movl %eax, %ds
case "eax=4f", "#NP=4c", movl %eax, %gs
case "eax=4f", "#SS=4c", movl %eax, %ss
case "eax=67", "#GP=64", movl %eax, %fs
case "[4000].2=1f", "fs=1f", movw 0x4000, %fs
case "", "#UD", .byte 0x8e, 0xc8
case "", "#UD", .byte 0x8e, 0xf0
case "", "#UD", .byte 0x8c, 0xf8
/* Real mode and v86: the selector times 16. */
case16 "real eax=1234", "ds=1234", .byte 0x8e, 0xd8
case16 "v86 eax=ffff", "es=ffff", .byte 0x8e, 0xc0
/* Control registers: ring 0. */
case "ring0", "eax=11", movl %cr0, %eax
case "ring0 eax=80000000", "#GP", movl %eax, %cr0
case "ring0 eax=19", "cr0=19", movl %eax, %cr0
case "ring0 eax=20000011", "#GP", movl %eax, %cr0
case "ring0 cr2=1234", "ebx=1234", movl %cr2, %ebx
case "ring0 ebx=4321", "cr2=4321", movl %ebx, %cr2
case "ring0 eax=10000", "cr3=10000", movl %eax, %cr3
case "ring0 eax=10", "cr4=10", movl %eax, %cr4
case "ring0 eax=2000", "#GP", movl %eax, %cr4
case "ring0", "#UD", .byte 0x0f, 0x20, 0xc8
case "", "#GP", movl %cr0, %eax
case "", "#GP", movl %eax, %cr3
case16 "v86", "#GP", .byte 0x0f, 0x20, 0xc0
case "386 ring0 eax=20", "#UD", movl %eax, %cr4
/* The mod bits do not count. */
case "ring0", "eax=11", .byte 0x0f, 0x20, 0x00
/* Debug registers. */
case "ring0 eax=12345678", "dr0=12345678", movl %eax, %dr0
case "ring0 dr3=abcd", "ecx=abcd", movl %dr3, %ecx
case "ring0", "eax=ffff0ff0", movl %dr6, %eax
case "ring0", "eax=400", movl %dr7, %eax
case "ring0 eax=0", "dr7=400", movl %eax, %dr7
case "ring0", "eax=ffff0ff0", movl %dr4, %eax
case "ring0 cr4=8", "#UD", movl %dr4, %eax
case "", "#GP", movl %dr7, %eax
case "", "#GP", movl %eax, %dr0
/* Test registers: gone with the Pentium. */
case "386 ring0 eax=11111111", "tr6=11111111", movl %eax, %tr6
case "386 ring0 tr7=2222", "eax=2222", movl %tr7, %eax
case "ring0", "#UD", movl %eax, %tr6
case "ring0", "#UD", movl %tr6, %eax
