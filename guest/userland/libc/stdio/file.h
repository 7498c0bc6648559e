/* A stream. While writing, bytes [0, pos) of the buffer wait to be written. While reading,
 * bytes [pos, end) wait to be taken. The buffer is made at the first use.
 */
#ifndef STDIO_FILE_H
#define STDIO_FILE_H

#include <stdbool.h>
#include <stdio.h>

enum buffering { FULL = _IOFBF, LINE = _IOLBF, NONE = _IONBF, UNDECIDED };
enum direction { IDLE, READING, WRITING };

struct __file {
    int fd;
    int access; /* O_RDONLY, O_WRONLY or O_RDWR */
    enum buffering buffering;
    enum direction direction;
    bool eof;
    bool error;
    bool owns_buffer;
    bool allocated; /* by fopen, so freed by fclose */
    unsigned char *buffer;
    size_t size;
    size_t pos;
    size_t end;
    struct __file *next; /* in the list of all open streams */
};

extern struct __file *__stdio_streams;

/* Turns the stream to a direction: decides on the buffer, drops what was read ahead.
 * EOF with errno EBADF when the stream is not open that way. */
int __stdio_turn(FILE *f, enum direction direction);

/* Gives an undecided stream its kind of buffering and its buffer. */
void __stdio_decide(FILE *f);

#endif
