/* Instructions that may fault, and where to go on when they do. */
#include <asm/ptrace.h>
#include <asm/uaccess.h>

extern const struct exception_table_entry __start___ex_table[], __stop___ex_table[];

bool fixup_exception(struct pt_regs *regs)
{
    for (const struct exception_table_entry *e = __start___ex_table; e < __stop___ex_table; e++) {
        if (e->insn == regs->eip) {
            regs->eip = e->fixup;
            return true;
        }
    }
    return false;
}
