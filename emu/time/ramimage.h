/*
 * What RAM held at several moments, page by page.
 *
 * An image is a table of pages. Images share every page that did not change between them, and
 * every part of the table (1 MB) in which nothing changed:
 *
 *      image at 1 M    ┬─ part 0 ─┬─ page 0
 *                      │          ├─ page 1 ◄─┐
 *      image at 2 M    ├─ part 0'─┼───────────┘
 *                      │          └─ page 0'
 *                      └─ part 1 (of both)
 *
 * To know what changed, RAM is guarded (emu/machine/bus.h): the first write to a page since the
 * last image takes the slow path once. What a page held before it was ever written is kept apart
 * (`origin`), so that to begin costs nothing.
 *
 * The page numbers of the hole (emu/boot/loader.h) belong to nobody: device memory is device state.
 */
#ifndef FORKSCOPE_EMU_RAMIMAGE_H
#define FORKSCOPE_EMU_RAMIMAGE_H

#include "emu/machine/machine.h"
#include "emu/time/pagepool.h"

enum { RAMIMAGE_PART = 256 }; /* pages in a part of the table */

struct ramimage_part;

struct ramimage {
    struct ramimage_part **part;
};

struct ramstore {
    struct machine *machine;
    uint8_t *ram;
    uint32_t pages, parts;
    struct pagepool pool;
    struct ramimage origin; /* a page that is not in it was never written */
    struct ramimage now;    /* RAM, but for the pages in `dirty` */
    uint8_t *guarded;       /* for each page, bits: not written since the last image; watched */
    uint32_t *dirty;
    uint32_t dirty_count;
    size_t table_bytes;
    /* Physical bytes first..last are watched while `written` is not NULL. */
    void (*written)(void *ctx);
    void *written_ctx;
    uint32_t first, last;
    bool out_of_memory; /* an original page could not be kept: the past cannot be restored */
};

/* Guards the machine's RAM from now on. 0 or -ENOMEM. */
int ramstore_init(struct ramstore *s, struct machine *machine);
void ramstore_destroy(struct ramstore *s);

/* What RAM holds now. 0 or -ENOMEM; nothing has changed then. */
int ramstore_save(struct ramstore *s, struct ramimage *image);
void ramstore_load(struct ramstore *s, const struct ramimage *image);
void ramstore_drop(struct ramstore *s, struct ramimage *image);

/* From now on `written` is called before every write to one of these bytes, by whatever address and
 * whoever writes: the page walker, too. NULL: no longer. */
void ramstore_watch(struct ramstore *s, uint32_t first, uint32_t last, void (*written)(void *ctx),
                    void *ctx);

/* Pages written since the last save or load; bytes that all images take together. */
uint32_t ramstore_dirty(const struct ramstore *s);
size_t ramstore_bytes(const struct ramstore *s);

#endif
