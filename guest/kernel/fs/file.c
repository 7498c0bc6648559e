/* Descriptor tables: small numbers for open files. */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

static struct kmem_cache *files_cachep;

struct files_struct init_files = {
    .count = 1,
    .max_fds = NR_OPEN_DEFAULT,
    .fd = init_files.fd_array,
    .close_on_exec = init_files.close_on_exec_init,
    .open_fds = init_files.open_fds_init,
};

void fdtable_init(void)
{
    files_cachep = kmem_cache_create("files_cache", sizeof(struct files_struct));
}

static bool test_fd(const u32 *map, unsigned int fd)
{
    return map[fd / 32] >> fd % 32 & 1;
}

static void set_fd(u32 *map, unsigned int fd, bool on)
{
    map[fd / 32] = (map[fd / 32] & ~(1u << fd % 32)) | (u32)on << fd % 32;
}

/* The embedded arrays are used until they are too small; then all three are one allocation. */
static void free_fdset(struct files_struct *files)
{
    if (files->fd != files->fd_array)
        kfree(files->fd);
}

/* Makes room for descriptor nr. 0 or -errno. */
int expand_files(struct files_struct *files, int nr)
{
    int max_fds = files->max_fds;
    struct file **fd;
    u32 *maps;

    if (nr < max_fds)
        return 0;
    if (nr >= NR_OPEN_MAX)
        return -EMFILE;
    while (max_fds <= nr)
        max_fds *= 2;
    fd = kzalloc(max_fds * sizeof(*fd) + 2 * max_fds / 8, GFP_KERNEL);
    if (!fd)
        return -ENOMEM;
    maps = (u32 *)(fd + max_fds);
    memcpy(fd, files->fd, files->max_fds * sizeof(*fd));
    memcpy(maps, files->open_fds, files->max_fds / 8);
    memcpy(maps + max_fds / 32, files->close_on_exec, files->max_fds / 8);
    free_fdset(files);
    files->fd = fd;
    files->open_fds = maps;
    files->close_on_exec = maps + max_fds / 32;
    files->max_fds = max_fds;
    return 0;
}

/* An empty table; NULL without memory. */
static struct files_struct *alloc_files(void)
{
    struct files_struct *files = kmem_cache_zalloc(files_cachep, GFP_KERNEL);

    if (files) {
        files->count = 1;
        files->max_fds = NR_OPEN_DEFAULT;
        files->fd = files->fd_array;
        files->close_on_exec = files->close_on_exec_init;
        files->open_fds = files->open_fds_init;
    }
    return files;
}

static int count_open_files(const struct files_struct *files)
{
    int n = files->max_fds;

    while (n && !files->open_fds[(n - 1) / 32])
        n -= 32;
    return n;
}

/*
 * A copy of a table for a child: the same open files, each with one reference more, and the same
 * close-on-exec marks. A slot that is claimed but not filled yet is free in the copy. NULL with
 * *error set.
 */
struct files_struct *dup_fd(struct files_struct *oldf, int *error)
{
    struct files_struct *newf = alloc_files();
    int open_files = count_open_files(oldf);

    *error = -ENOMEM;
    if (!newf)
        return NULL;
    if (open_files > newf->max_fds) {
        *error = expand_files(newf, open_files - 1);
        if (*error) {
            kmem_cache_free(files_cachep, newf);
            return NULL;
        }
    }
    memcpy(newf->open_fds, oldf->open_fds, open_files / 8);
    memcpy(newf->close_on_exec, oldf->close_on_exec, open_files / 8);
    for (int i = 0; i < open_files; i++) {
        struct file *file = oldf->fd[i];
        if (file)
            get_file(file);
        else
            set_fd(newf->open_fds, i, false);
        newf->fd[i] = file;
    }
    return newf;
}

/* Drops a user of the table; the last one closes everything. */
void put_files_struct(struct files_struct *files)
{
    if (--files->count)
        return;
    for (int i = 0; i < files->max_fds; i++) {
        if (files->fd[i])
            filp_close(files->fd[i], files);
    }
    free_fdset(files);
    kmem_cache_free(files_cachep, files);
}

/* Claims the lowest free descriptor from `start` on. It or -EMFILE. */
int get_unused_fd(unsigned int start, unsigned int flags)
{
    struct files_struct *files = current->files;
    unsigned int fd = max((int)start, files->next_fd);
    int err;

    while (fd < (unsigned int)files->max_fds && test_fd(files->open_fds, fd))
        fd++;
    if (fd >= rlimit_cur(RLIMIT_NOFILE))
        return -EMFILE;
    err = expand_files(files, fd);
    if (err)
        return err;
    set_fd(files->open_fds, fd, true);
    set_fd(files->close_on_exec, fd, flags & O_CLOEXEC);
    if ((int)start <= files->next_fd)
        files->next_fd = fd + 1;
    return fd;
}

void put_unused_fd(unsigned int fd)
{
    struct files_struct *files = current->files;

    set_fd(files->open_fds, fd, false);
    set_fd(files->close_on_exec, fd, false);
    files->next_fd = min(files->next_fd, (int)fd);
}

/* The claimed descriptor becomes this file, whose reference it takes over. */
void fd_install(unsigned int fd, struct file *file)
{
    current->files->fd[fd] = file;
}

/* The open file of a descriptor, without a reference; NULL: not open. */
struct file *fcheck(unsigned int fd)
{
    struct files_struct *files = current->files;
    return fd < (unsigned int)files->max_fds ? files->fd[fd] : NULL;
}

struct file *fget(unsigned int fd)
{
    struct file *file = fcheck(fd);

    if (file)
        get_file(file);
    return file;
}

void set_close_on_exec(unsigned int fd, bool on)
{
    set_fd(current->files->close_on_exec, fd, on);
}

bool get_close_on_exec(unsigned int fd)
{
    return test_fd(current->files->close_on_exec, fd);
}

/* A descriptor of `files` lets go of the file; record locks go with any descriptor. */
int filp_close(struct file *file, struct files_struct *files)
{
    locks_remove_posix(file, files);
    fput(file);
    return 0;
}

void do_close_on_exec(struct files_struct *files)
{
    for (int fd = 0; fd < files->max_fds; fd++) {
        struct file *file = files->fd[fd];
        if (!file || !test_fd(files->close_on_exec, fd))
            continue;
        files->fd[fd] = NULL;
        put_unused_fd(fd);
        filp_close(file, files);
    }
}
