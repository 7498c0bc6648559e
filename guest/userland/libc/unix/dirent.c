#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../libc.h"

struct __dir {
    int fd;
    int pos; /* of the next record in the buffer */
    int end;
    _Alignas(8) char buffer[2048];
};

DIR *opendir(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : malloc(sizeof *dir);

    if (!dir) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    dir->fd = fd;
    dir->pos = dir->end = 0;
    return dir;
}

struct dirent *readdir(DIR *dir)
{
    struct dirent *entry;

    if (dir->pos >= dir->end) {
        dir->pos = 0;
        dir->end = __getdents64(dir->fd, dir->buffer, sizeof dir->buffer);
        if (dir->end <= 0)
            return NULL;
    }
    entry = (struct dirent *)(dir->buffer + dir->pos);
    dir->pos += entry->d_reclen;
    return entry;
}

void rewinddir(DIR *dir)
{
    lseek(dir->fd, 0, SEEK_SET);
    dir->pos = dir->end = 0;
}

int dirfd(DIR *dir)
{
    return dir->fd;
}

int closedir(DIR *dir)
{
    int result = close(dir->fd);

    free(dir);
    return result;
}
