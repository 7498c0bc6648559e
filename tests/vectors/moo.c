#include "tests/vectors/moo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* The bytes of one chunk that are still to be read. */
struct cursor {
    const uint8_t *at;
    size_t left;
};

struct chunk {
    char id[5];
    struct cursor data;
};

static const uint8_t order16[] = {
    MOO_EAX, MOO_EBX, MOO_ECX, MOO_EDX, MOO_CS,  MOO_SS,  MOO_DS,
    MOO_ES,  MOO_ESP, MOO_EBP, MOO_ESI, MOO_EDI, MOO_EIP, MOO_EFLAGS,
};

static const uint8_t order32[] = {
    MOO_CR0, MOO_CR3, MOO_EAX, MOO_EBX, MOO_ECX, MOO_EDX, MOO_ESI, MOO_EDI,    MOO_EBP, MOO_ESP,
    MOO_CS,  MOO_DS,  MOO_ES,  MOO_FS,  MOO_GS,  MOO_SS,  MOO_EIP, MOO_EFLAGS, MOO_DR6, MOO_DR7,
};

static const char *const reg_names[MOO_REGS] = {
    [MOO_EAX] = "eax", [MOO_EBX] = "ebx", [MOO_ECX] = "ecx", [MOO_EDX] = "edx",
    [MOO_ESI] = "esi", [MOO_EDI] = "edi", [MOO_EBP] = "ebp", [MOO_ESP] = "esp",
    [MOO_CS] = "cs",   [MOO_DS] = "ds",   [MOO_ES] = "es",   [MOO_FS] = "fs",
    [MOO_GS] = "gs",   [MOO_SS] = "ss",   [MOO_EIP] = "eip", [MOO_EFLAGS] = "eflags",
    [MOO_CR0] = "cr0", [MOO_CR3] = "cr3", [MOO_DR6] = "dr6", [MOO_DR7] = "dr7",
};

const char *moo_reg_name(enum moo_reg reg)
{
    return reg_names[reg];
}

/* Little-endian; short data reads as zero and leaves the cursor empty. */
static uint32_t take(struct cursor *c, unsigned size)
{
    uint32_t value = 0;
    if (c->left < size) {
        c->left = 0;
        return 0;
    }
    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)c->at[i] << (8 * i);
    c->at += size;
    c->left -= size;
    return value;
}

/* False at the end, or where a length runs past it. */
static bool next_chunk(struct cursor *c, struct chunk *chunk)
{
    if (c->left < 8)
        return false;
    memcpy(chunk->id, c->at, 4);
    chunk->id[4] = 0;
    take(c, 4);
    uint32_t size = take(c, 4);
    if (size > c->left)
        return false;
    chunk->data = (struct cursor){.at = c->at, .left = size};
    c->at += size;
    c->left -= size;
    return true;
}

static bool is(const struct chunk *chunk, const char *id)
{
    return !memcmp(chunk->id, id, 4);
}

static void read_regs(struct cursor c, bool wide, struct moo_regs *regs)
{
    const uint8_t *order = wide ? order32 : order16;
    unsigned count = wide ? sizeof order32 : sizeof order16;
    uint32_t bitmap = take(&c, wide ? 4 : 2);
    for (unsigned i = 0; i < count; i++)
        if (bitmap >> i & 1) {
            regs->present |= 1u << order[i];
            regs->value[order[i]] = take(&c, wide ? 4 : 2);
        }
}

static int read_ram(struct cursor c, struct moo_state *state)
{
    uint32_t count = take(&c, 4);
    if (count > c.left / 5)
        return -EINVAL;
    state->ram = calloc(count ? count : 1, sizeof *state->ram);
    if (!state->ram)
        return -ENOMEM;
    state->ram_count = count;
    for (uint32_t i = 0; i < count; i++) {
        state->ram[i].address = take(&c, 4);
        state->ram[i].value = (uint8_t)take(&c, 1);
    }
    return 0;
}

static int read_state(struct cursor c, struct moo_state *state)
{
    struct chunk chunk;
    while (next_chunk(&c, &chunk)) {
        if (is(&chunk, "REGS") || is(&chunk, "RG32"))
            read_regs(chunk.data, is(&chunk, "RG32"), &state->regs);
        if (is(&chunk, "RAM ") && !state->ram) {
            int err = read_ram(chunk.data, state);
            if (err)
                return err;
        }
    }
    return 0;
}

static void read_text(struct cursor c, void *to, size_t room, unsigned *count)
{
    uint32_t n = take(&c, 4);
    if (n > c.left)
        n = (uint32_t)c.left;
    if (n > room)
        n = (uint32_t)room;
    memcpy(to, c.at, n);
    *count = n;
}

static int read_test(struct cursor c, struct moo_test *test)
{
    unsigned name_length;
    int err = 0;
    struct chunk chunk;
    test->index = take(&c, 4);
    while (!err && next_chunk(&c, &chunk)) {
        if (is(&chunk, "NAME")) {
            read_text(chunk.data, test->name, sizeof test->name - 1, &name_length);
        } else if (is(&chunk, "BYTS")) {
            read_text(chunk.data, test->bytes, sizeof test->bytes, &test->byte_count);
        } else if (is(&chunk, "INIT")) {
            err = read_state(chunk.data, &test->init);
        } else if (is(&chunk, "FINA")) {
            err = read_state(chunk.data, &test->fina);
        } else if (is(&chunk, "EXCP")) {
            test->exception = true;
            test->vector = (uint8_t)take(&chunk.data, 1);
        }
    }
    return err;
}

static int read_header(struct cursor *c, struct moo_file *file)
{
    struct chunk chunk;
    if (!next_chunk(c, &chunk) || !is(&chunk, "MOO ") || chunk.data.left < 12)
        return -EINVAL;
    take(&chunk.data, 4);
    uint32_t count = take(&chunk.data, 4);
    memcpy(file->cpu, chunk.data.at, 4);
    file->wide = !memcmp(file->cpu, "386", 3);
    if (count > c->left / 8)
        return -EINVAL;
    file->test = calloc(count ? count : 1, sizeof *file->test);
    if (!file->test)
        return -ENOMEM;
    memset(file->defined.value, 0xff, sizeof file->defined.value);
    return (int)count;
}

static int parse(struct cursor c, struct moo_file *file)
{
    struct chunk chunk;
    int count = read_header(&c, file);
    if (count < 0)
        return count;
    while (next_chunk(&c, &chunk)) {
        if (is(&chunk, "RMSK") || is(&chunk, "RM32"))
            read_regs(chunk.data, is(&chunk, "RM32"), &file->defined);
        if (is(&chunk, "TEST") && file->test_count < (uint32_t)count) {
            int err = read_test(chunk.data, &file->test[file->test_count++]);
            if (err)
                return err;
        }
    }
    return file->test_count == (uint32_t)count ? 0 : -EINVAL;
}

/* The whole file, unpacked. */
static int inflate_file(const char *path, uint8_t **data, size_t *size)
{
    enum { MAX = 256 << 20 };
    size_t room = 1 << 20;
    gzFile in = gzopen(path, "rb");
    int got = 1;
    if (!in)
        return errno ? -errno : -ENOMEM;
    *data = malloc(room);
    *size = 0;
    while (*data && got > 0 && *size < MAX) {
        got = gzread(in, *data + *size, (unsigned)(room - *size));
        *size += got > 0 ? (size_t)got : 0;
        if (*size == room) {
            uint8_t *more = realloc(*data, room *= 2);
            if (!more)
                free(*data);
            *data = more;
        }
    }
    gzclose(in);
    return !*data ? -ENOMEM : got < 0 ? -EINVAL : 0;
}

int moo_read(const char *path, struct moo_file *file, char *why, size_t why_size)
{
    uint8_t *data = NULL;
    size_t size = 0;
    *file = (struct moo_file){0};
    int err = inflate_file(path, &data, &size);
    if (!err)
        err = parse((struct cursor){.at = data, .left = size}, file);
    free(data);
    if (err) {
        snprintf(why, why_size, "%s: %s", path,
                 err == -EINVAL ? "not a complete MOO file" : strerror(-err));
        moo_free(file);
    }
    return err;
}

void moo_free(struct moo_file *file)
{
    for (uint32_t i = 0; file->test && i < file->test_count; i++) {
        free(file->test[i].init.ram);
        free(file->test[i].fina.ram);
    }
    free(file->test);
    *file = (struct moo_file){0};
}
