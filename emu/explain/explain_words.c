#include "emu/explain/explain_words.h"

#include <stdarg.h>

static const struct {
    const char *name, *title;
} vectors[] = {
    [VEC_DE] = {"#DE", "divide error"},
    [VEC_DB] = {"#DB", "debug exception"},
    [VEC_NMI] = {"NMI", "non-maskable interrupt"},
    [VEC_BP] = {"#BP", "breakpoint"},
    [VEC_OF] = {"#OF", "overflow"},
    [VEC_BR] = {"#BR", "bound range exceeded"},
    [VEC_UD] = {"#UD", "invalid opcode"},
    [VEC_NM] = {"#NM", "no math coprocessor"},
    [VEC_DF] = {"#DF", "double fault"},
    [VEC_TS] = {"#TS", "invalid TSS"},
    [VEC_NP] = {"#NP", "segment not present"},
    [VEC_SS] = {"#SS", "stack-segment fault"},
    [VEC_GP] = {"#GP", "general protection"},
    [VEC_PF] = {"#PF", "page fault"},
    [VEC_MF] = {"#MF", "x87 floating-point error"},
    [VEC_AC] = {"#AC", "alignment check"},
};

static bool is_exception(unsigned vector)
{
    return vector < sizeof(vectors) / sizeof(vectors[0]) && vectors[vector].name;
}

const char *vector_name(unsigned vector)
{
    return is_exception(vector) ? vectors[vector].name : "interrupt";
}

const char *vector_title(unsigned vector)
{
    return is_exception(vector) ? vectors[vector].title : "";
}

void teller_say(struct teller *t, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("   ", t->out);
    vfprintf(t->out, format, args);
    fputc('\n', t->out);
    va_end(args);
}

bool teller_decides(struct teller *t, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("   ", t->out);
    vfprintf(t->out, format, args);
    fputs("  <-- decides\n", t->out);
    va_end(args);
    t->decided = true;
    return false;
}
