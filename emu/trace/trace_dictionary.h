/*
 * A dictionary of zstd: what frames of binary recordings have in common, so that short ones are small.
 * tools/trace-dictionary makes it of our own recordings; its number stands in each frame that was
 * made with it (RFC 8878, 3.1.1.1.3).
 */
#ifndef FORKSCOPE_EMU_TRACE_DICTIONARY_H
#define FORKSCOPE_EMU_TRACE_DICTIONARY_H

#include <stddef.h>

extern const unsigned char trace_dictionary[];
extern const size_t trace_dictionary_size;

#endif
