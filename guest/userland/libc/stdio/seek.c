#include <unistd.h>

#include "file.h"

int fseeko(FILE *f, off_t offset, int whence)
{
    if (fflush(f) == EOF || lseek(f->fd, offset, whence) < 0)
        return -1;
    f->eof = false;
    f->direction = IDLE;
    return 0;
}

int fseek(FILE *f, long offset, int whence)
{
    return fseeko(f, offset, whence);
}

off_t ftello(FILE *f)
{
    off_t at = lseek(f->fd, 0, SEEK_CUR);

    if (at < 0)
        return -1;
    return f->direction == WRITING ? at + (off_t)f->pos : at - (off_t)(f->end - f->pos);
}

long ftell(FILE *f)
{
    return (long)ftello(f);
}

void rewind(FILE *f)
{
    fseeko(f, 0, SEEK_SET);
    f->error = false;
}
