/* State files as zstd frames. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emu/support/bytes.h"
#include "emu/time/savefile_layout.h"

static const char suffix[] = ".zst";

bool savefile_name_packed(const char *path)
{
    size_t length = strlen(path), n = sizeof(suffix) - 1;

    return length > n && strcmp(path + length - n, suffix) == 0;
}

bool savefile_bytes_packed(const uint8_t *bytes, size_t size)
{
    enum { FRAME = 0xfd2fb528 }; /* RFC 8878, 3.1.1 */

    return size >= 4 && get_le32(bytes) == (uint32_t)FRAME;
}

#ifdef HAVE_ZSTD

#include <zstd.h>

/* Of all before the pages there is less than that. */
#define PLAIN_MAX ((uint64_t)(PAGES_MAX + 1024) * PAGE)

struct savefile_packer {
    ZSTD_CCtx *zstd;
    int fd;
    size_t room;
    uint8_t bytes[];
};

int savefile_pack_open(struct savefile_packer **out, int fd, uint64_t size)
{
    size_t room = ZSTD_CStreamOutSize();
    struct savefile_packer *p = calloc(1, sizeof(*p) + room);

    *out = p;
    if (!p)
        return -ENOMEM;
    p->fd = fd;
    p->room = room;
    p->zstd = ZSTD_createCCtx();
    if (!p->zstd)
        return -ENOMEM;
    ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setPledgedSrcSize(p->zstd, size);
    return 0;
}

static int feed(struct savefile_packer *p, const uint8_t *bytes, size_t size, ZSTD_EndDirective end)
{
    ZSTD_inBuffer in = {bytes, size, 0};
    size_t left;
    int error = 0;

    do {
        ZSTD_outBuffer out = {p->bytes, p->room, 0};

        left = ZSTD_compressStream2(p->zstd, &out, &in, end);
        if (ZSTD_isError(left))
            return -EIO;
        error = savefile_write_all(p->fd, p->bytes, out.pos);
    } while (!error && (in.pos < in.size || (end == ZSTD_e_end && left)));
    return error;
}

int savefile_pack(struct savefile_packer *p, const uint8_t *bytes, size_t size)
{
    return feed(p, bytes, size, ZSTD_e_continue);
}

int savefile_pack_close(struct savefile_packer *p, int error)
{
    if (!error)
        error = feed(p, NULL, 0, ZSTD_e_end);
    if (p)
        ZSTD_freeCCtx(p->zstd);
    free(p);
    return error;
}

/* Into `size` bytes of memory behind a descriptor. */
static int unpack_into(int fd, const uint8_t *bytes, size_t packed, size_t size)
{
    void *to;
    size_t got;

    if (ftruncate(fd, (off_t)size) < 0)
        return -errno;
    to = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (to == MAP_FAILED)
        return -errno;
    got = ZSTD_decompress(to, size, bytes, packed);
    munmap(to, size);
    return got == size ? 0 : -EILSEQ;
}

int savefile_unpack(const uint8_t *bytes, size_t size)
{
    unsigned long long plain = ZSTD_getFrameContentSize(bytes, size);
    size_t packed = ZSTD_findFrameCompressedSize(bytes, size);
    int fd, error;

    if (plain == ZSTD_CONTENTSIZE_ERROR || ZSTD_isError(packed))
        return -EMSGSIZE;
    if (plain == ZSTD_CONTENTSIZE_UNKNOWN || plain > PLAIN_MAX || plain == 0)
        return -EINVAL;
    if (packed != size)
        return -EILSEQ;
    fd = memfd_create("forkscope-state", MFD_CLOEXEC);
    if (fd < 0)
        return -errno;
    error = unpack_into(fd, bytes, size, (size_t)plain);
    if (error)
        close(fd);
    return error ? error : fd;
}

#else

int savefile_pack_open(struct savefile_packer **out, int fd, uint64_t size)
{
    (void)fd;
    (void)size;
    *out = NULL;
    return -ENOTSUP;
}

int savefile_pack(struct savefile_packer *p, const uint8_t *bytes, size_t size)
{
    (void)p;
    (void)bytes;
    (void)size;
    return -ENOTSUP;
}

int savefile_pack_close(struct savefile_packer *p, int error)
{
    (void)p;
    return error;
}

int savefile_unpack(const uint8_t *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return -ENOTSUP;
}

#endif
