/* Pushes and pops that a debugger can follow: it walks from a stub to the stub's caller. The
 * notes go to .debug_frame, which is not loaded. */
        .cfi_sections .debug_frame

        .macro  save reg
        pushl   %\reg
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset \reg, 0
        .endm

        .macro  restore reg
        popl    %\reg
        .cfi_adjust_cfa_offset -4
        .cfi_restore \reg
        .endm
