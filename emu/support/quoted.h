/*
 * Bytes in double quotes, as recordings and input scripts have them: printable characters as they
 * are, \r \n \t \e \\ \" and \xHH.
 */
#ifndef FORKSCOPE_EMU_QUOTED_H
#define FORKSCOPE_EMU_QUOTED_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

void quoted_write(FILE *out, const uint8_t *bytes, size_t n);

/* Reads from the opening quote up to behind the closing one, not beyond `end`. Returns where it
 * ends, or NULL where it is malformed or longer than `room`. */
const char *quoted_read(const char *text, const char *end, uint8_t *to, size_t room, size_t *n);

#endif
