/*
 * Whole files in memory.
 */
#ifndef FORKSCOPE_EMU_FILE_H
#define FORKSCOPE_EMU_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file {
    uint8_t *bytes; /* never NULL after file_read(); free with file_release() */
    size_t size;
};

/* Reads regular files, pipes and devices up to `limit` bytes. 0, or -errno with a sentence that
 * names the file in `why`; -EFBIG where there is more than `limit`. */
int file_read(const char *path, size_t limit, struct file *out, char *why, size_t why_size);
void file_release(struct file *file);

bool file_is_directory(const char *path);

/* Can `path` be written, at the end of a long run? 0, or -errno with a sentence in `why`. What is
 * there stays as it is, and what is not there is not there afterwards. */
int file_check_writable(const char *path, char *why, size_t why_size);

/* Something is there that a new file must not take the place of: a device, a pipe, a directory. */
bool file_is_special(const char *path);

/* The part behind the last slash. */
const char *file_basename(const char *path);

#endif
