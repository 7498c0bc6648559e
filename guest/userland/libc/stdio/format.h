/* The printf engine: formats into a sink, which is a stream or a piece of memory. */
#ifndef STDIO_FORMAT_H
#define STDIO_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

struct sink {
    void (*put)(struct sink *sink, const char *text, size_t n);
    int total; /* bytes the whole output has, whether or not they fitted */
};

/* Conversions d i u o x X c s p %, flags - + space # 0, width, precision and *, lengths
 * hh h l ll z t j. Unknown conversions are printed as they stand. */
void __format(struct sink *sink, const char *format, va_list args);

#endif
