/* Buffered streams. The buffer is ordinary user memory: fork duplicates what is in it, which
 * is what the puzzle program shows. A terminal is line buffered, every other file fully
 * buffered, stderr unbuffered; setvbuf changes that before the first use.
 *
 * Not modelled: wide characters, scanf, floating point in printf, temporary files.
 */
#ifndef _STDIO_H
#define _STDIO_H

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#define EOF      (-1)
#define BUFSIZ   1024
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2

typedef struct __file FILE;

extern FILE *const stdin;
extern FILE *const stdout;
extern FILE *const stderr;
#define stdin  stdin
#define stdout stdout
#define stderr stderr

FILE *fopen(const char *restrict path, const char *restrict mode);
FILE *fdopen(int fd, const char *mode);
int fclose(FILE *f);
int fflush(FILE *f);
int setvbuf(FILE *restrict f, char *restrict buffer, int mode, size_t size);
void setbuf(FILE *restrict f, char *restrict buffer);
int fileno(FILE *f);
int feof(FILE *f);
int ferror(FILE *f);
void clearerr(FILE *f);

size_t fread(void *restrict to, size_t size, size_t count, FILE *restrict f);
size_t fwrite(const void *restrict from, size_t size, size_t count, FILE *restrict f);
int fgetc(FILE *f);
int getc(FILE *f);
int getchar(void);
int ungetc(int c, FILE *f);
int fputc(int c, FILE *f);
int putc(int c, FILE *f);
int putchar(int c);
char *fgets(char *restrict to, int size, FILE *restrict f);
int fputs(const char *restrict s, FILE *restrict f);
int puts(const char *s);
ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict f);
ssize_t getdelim(char **restrict line, size_t *restrict size, int end, FILE *restrict f);
int fseek(FILE *f, long offset, int whence);
int fseeko(FILE *f, off_t offset, int whence);
long ftell(FILE *f);
off_t ftello(FILE *f);
void rewind(FILE *f);

#define __PRINTF(text, first) __attribute__((format(printf, text, first)))
int printf(const char *restrict format, ...) __PRINTF(1, 2);
int fprintf(FILE *restrict f, const char *restrict format, ...) __PRINTF(2, 3);
int dprintf(int fd, const char *restrict format, ...) __PRINTF(2, 3);
int sprintf(char *restrict to, const char *restrict format, ...) __PRINTF(2, 3);
int snprintf(char *restrict to, size_t size, const char *restrict format, ...) __PRINTF(3, 4);
int asprintf(char **to, const char *restrict format, ...) __PRINTF(2, 3);
int vprintf(const char *restrict format, va_list args) __PRINTF(1, 0);
int vfprintf(FILE *restrict f, const char *restrict format, va_list args) __PRINTF(2, 0);
int vdprintf(int fd, const char *restrict format, va_list args) __PRINTF(2, 0);
int vsprintf(char *restrict to, const char *restrict format, va_list args) __PRINTF(2, 0);
int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list args)
    __PRINTF(3, 0);
int vasprintf(char **to, const char *restrict format, va_list args) __PRINTF(2, 0);
void perror(const char *what);
int rename(const char *from, const char *to);
int remove(const char *path);

#endif
