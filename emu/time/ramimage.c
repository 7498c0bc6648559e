#include "emu/time/ramimage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/machine/machine.h"

struct ramimage_part {
    uint32_t holders;
    struct page *page[RAMIMAGE_PART]; /* NULL: as in the origin */
};

/* Bits of a page's guard. */
enum { CLEAN = 1, WATCHED = 2 };

/* ---- Tables ------------------------------------------------------------------------------ */

static struct page *page_at(const struct ramimage *image, uint32_t n)
{
    const struct ramimage_part *part = image->part[n / RAMIMAGE_PART];

    return part ? part->page[n % RAMIMAGE_PART] : NULL;
}

static void drop_part(struct ramstore *s, struct ramimage_part *part)
{
    if (!part || --part->holders)
        return;
    for (unsigned i = 0; i < RAMIMAGE_PART; i++)
        pagepool_drop(&s->pool, part->page[i]);
    free(part);
    s->table_bytes -= sizeof(*part);
}

/* The part of `image` that holds page n, for writing: nobody else has it afterwards. */
static struct ramimage_part *own_part(struct ramstore *s, struct ramimage *image, uint32_t n)
{
    struct ramimage_part **at = &image->part[n / RAMIMAGE_PART], *old = *at;
    struct ramimage_part *part;

    if (old && old->holders == 1)
        return old;
    part = calloc(1, sizeof(*part));
    if (!part)
        return NULL;
    s->table_bytes += sizeof(*part);
    part->holders = 1;
    for (unsigned i = 0; old && i < RAMIMAGE_PART; i++)
        part->page[i] = old->page[i] ? page_hold(old->page[i]) : NULL;
    drop_part(s, old);
    *at = part;
    return part;
}

/* Takes over the caller's hold on the page. */
static int set_page(struct ramstore *s, struct ramimage *image, uint32_t n, struct page *page)
{
    struct ramimage_part *part = page ? own_part(s, image, n) : NULL;

    if (!part) {
        pagepool_drop(&s->pool, page);
        return -ENOMEM;
    }
    pagepool_drop(&s->pool, part->page[n % RAMIMAGE_PART]);
    part->page[n % RAMIMAGE_PART] = page;
    return 0;
}

static int new_image(struct ramstore *s, struct ramimage *image)
{
    image->part = calloc(s->parts, sizeof(struct ramimage_part *));
    if (!image->part)
        return -ENOMEM;
    s->table_bytes += s->parts * sizeof(struct ramimage_part *);
    return 0;
}

void ramstore_drop(struct ramstore *s, struct ramimage *image)
{
    if (!image->part)
        return;
    for (uint32_t i = 0; i < s->parts; i++)
        drop_part(s, image->part[i]);
    free(image->part);
    image->part = NULL;
    s->table_bytes -= s->parts * sizeof(struct ramimage_part *);
}

static void copy_table(const struct ramstore *s, struct ramimage *to, const struct ramimage *from)
{
    for (uint32_t i = 0; i < s->parts; i++) {
        to->part[i] = from->part[i];
        if (to->part[i])
            to->part[i]->holders++;
    }
}

/* ---- The guard --------------------------------------------------------------------------- */

static uint8_t *ram_at(const struct ramstore *s, uint32_t n)
{
    return s->ram + (size_t)n * PAGEPOOL_PAGE;
}

/* The first write since the last image. */
static void note_dirty(struct ramstore *s, uint32_t n)
{
    s->guarded[n] &= (uint8_t)~CLEAN;
    s->dirty[s->dirty_count++] = n;
    if (!page_at(&s->origin, n) &&
        set_page(s, &s->origin, n, pagepool_copy(&s->pool, ram_at(s, n))))
        s->out_of_memory = true;
}

static void before_write(void *ctx, uint32_t paddr, uint32_t size)
{
    struct ramstore *s = ctx;
    uint32_t n = paddr / PAGEPOOL_PAGE;

    if (s->guarded[n] & CLEAN)
        note_dirty(s, n);
    if (s->written && paddr <= s->last && paddr + (size - 1) >= s->first)
        s->written(s->written_ctx);
}

static void guards_changed(struct ramstore *s)
{
    const struct bus_guard guard = {s->guarded, s->pages, before_write, s};

    machine_guard_ram(s->machine, &guard);
}

/* Every page is as in `now`. */
static void guard_all(struct ramstore *s)
{
    for (uint32_t i = 0; i < s->dirty_count; i++)
        s->guarded[s->dirty[i]] |= CLEAN;
    s->dirty_count = 0;
    guards_changed(s);
}

static void mark_watched(struct ramstore *s, bool watched)
{
    for (uint32_t n = s->first / PAGEPOOL_PAGE; n <= s->last / PAGEPOOL_PAGE && n < s->pages; n++)
        s->guarded[n] = (uint8_t)((s->guarded[n] & CLEAN) | (watched ? WATCHED : 0));
}

void ramstore_watch(struct ramstore *s, uint32_t first, uint32_t last, void (*written)(void *ctx),
                    void *ctx)
{
    if (s->written)
        mark_watched(s, false);
    s->written = written;
    s->written_ctx = ctx;
    s->first = first;
    s->last = last;
    if (written)
        mark_watched(s, true);
    guards_changed(s);
}

static void guard_ram_pages(struct ramstore *s)
{
    memset(s->guarded, CLEAN, s->pages);
    for (uint32_t n = RAM_HOLE / PAGEPOOL_PAGE; n < RAM_HOLE_END / PAGEPOOL_PAGE && n < s->pages;
         n++)
        s->guarded[n] = 0;
}

/* ---- Life -------------------------------------------------------------------------------- */

int ramstore_init(struct ramstore *s, struct machine *machine)
{
    uint32_t pages = machine_ram_size(machine) / PAGEPOOL_PAGE;

    *s = (struct ramstore){.machine = machine,
                           .ram = machine_ram(machine),
                           .pages = pages,
                           .parts = (pages + RAMIMAGE_PART - 1) / RAMIMAGE_PART};
    s->guarded = malloc(pages);
    s->dirty = calloc(pages, sizeof(*s->dirty));
    if (!s->guarded || !s->dirty || pagepool_init(&s->pool) || new_image(s, &s->origin) ||
        new_image(s, &s->now)) {
        ramstore_destroy(s);
        return -ENOMEM;
    }
    guard_ram_pages(s);
    guard_all(s);
    return 0;
}

/* Images that were not dropped are no longer to be used. */
void ramstore_destroy(struct ramstore *s)
{
    if (s->machine)
        machine_guard_ram(s->machine, NULL);
    ramstore_drop(s, &s->now);
    ramstore_drop(s, &s->origin);
    pagepool_destroy(&s->pool);
    free(s->guarded);
    free(s->dirty);
    *s = (struct ramstore){0};
}

/* ---- Saving and loading ------------------------------------------------------------------ */

/* Page n as it is now goes into `now`, if it is another than before. */
static int note_page(struct ramstore *s, uint32_t n)
{
    const uint8_t *bytes = ram_at(s, n);
    const struct page *old = page_at(&s->now, n);

    if (!old)
        old = page_at(&s->origin, n);
    if (old && memcmp(old->bytes, bytes, PAGEPOOL_PAGE) == 0)
        return 0;
    return set_page(s, &s->now, n, pagepool_copy(&s->pool, bytes));
}

int ramstore_save(struct ramstore *s, struct ramimage *image)
{
    if (s->out_of_memory || new_image(s, image))
        return -ENOMEM;
    for (uint32_t i = 0; i < s->dirty_count; i++) {
        if (!note_page(s, s->dirty[i]))
            continue;
        ramstore_drop(s, image); /* the pages stay dirty: nothing is lost */
        return -ENOMEM;
    }
    copy_table(s, image, &s->now);
    guard_all(s);
    return 0;
}

static void load_page(struct ramstore *s, const struct ramimage *image, uint32_t n)
{
    const struct page *p = page_at(image, n);

    if (!p)
        p = page_at(&s->origin, n);
    if (!p)
        return;
    memcpy(ram_at(s, n), p->bytes, PAGEPOOL_PAGE);
    cpu_memory_written(machine_cpu(s->machine), n * PAGEPOOL_PAGE, PAGEPOOL_PAGE);
}

static void load_part(struct ramstore *s, const struct ramimage *image, uint32_t i)
{
    for (uint32_t n = i * RAMIMAGE_PART; n < (i + 1) * RAMIMAGE_PART && n < s->pages; n++)
        if (page_at(image, n) != page_at(&s->now, n))
            load_page(s, image, n);
}

void ramstore_load(struct ramstore *s, const struct ramimage *image)
{
    for (uint32_t i = 0; i < s->dirty_count; i++)
        load_page(s, image, s->dirty[i]);
    for (uint32_t i = 0; i < s->parts; i++)
        if (image->part[i] != s->now.part[i])
            load_part(s, image, i);
    for (uint32_t i = 0; i < s->parts; i++) {
        struct ramimage_part *old = s->now.part[i];

        s->now.part[i] = image->part[i];
        if (s->now.part[i])
            s->now.part[i]->holders++;
        drop_part(s, old);
    }
    guard_all(s);
}

uint32_t ramstore_dirty(const struct ramstore *s)
{
    return s->dirty_count;
}

size_t ramstore_bytes(const struct ramstore *s)
{
    return s->pool.used * PAGEPOOL_PAGE + s->table_bytes;
}
