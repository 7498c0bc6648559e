/*
 * A C type of the guest as text, as far as a trace knows it: "u32", "s8", "char *",
 * "struct pt_regs *", "void *", "void", "other".
 */
#ifndef FORKSCOPE_EMU_TRACE_TYPE_H
#define FORKSCOPE_EMU_TRACE_TYPE_H

#include "emu/guest/guestinfo.h"

/* Returns `buf`. */
const char *guest_type_format(const struct guestinfo_type *type, char *buf, size_t size);

/* The way back. `name` gets the struct behind a pointer ("pt_regs"), or ""; out->pointee is left
 * for the caller. False: no such type. */
bool guest_type_parse(const char *text, struct guestinfo_type *out, char *name, size_t size);

#endif
