#include "emu/viewer/view_font.h"

#include <stdlib.h>
#include <string.h>

#include "emu/support/bytes.h"
#include "emu/viewer/view_grid.h"
#include "emu/viewer_build.h"

static const struct {
    int cols, rows;
} sizes[VIEW_FONT_SIZES] = {{8, 16}, {12, 24}, {16, 32}};

/* One code point and where its pixels lie in the file. */
struct view_letter {
    uint32_t ch;
    const uint8_t *rows;
};

/* ---- PC Screen Font files -------------------------------------------------------------------- */

/* Version 1 (mode bits 0: 512 glyphs, 1: a table of UTF-16) and 2 (a table of UTF-8). */
struct psf {
    const uint8_t *glyphs, *table, *end;
    uint32_t count, glyph_size, cols, rows;
    bool utf16;
};

enum { PSF1_MAGIC = 0x0436, PSF1_HEADER = 4, PSF2_HEADER = 32, LETTERS_MAX = 4096 };
#define PSF2_MAGIC 0x864ab572u

static bool read_psf1(const struct view_font_file *file, struct psf *psf)
{
    const uint8_t *b = file->bytes;

    if (file->size < PSF1_HEADER || (b[0] | b[1] << 8) != PSF1_MAGIC)
        return false;
    psf->count = b[2] & 1 ? 512 : 256;
    psf->glyph_size = psf->rows = b[3];
    psf->cols = 8;
    psf->utf16 = true;
    psf->glyphs = b + PSF1_HEADER;
    return true;
}

static bool read_psf2(const struct view_font_file *file, struct psf *psf)
{
    const uint8_t *b = file->bytes;

    if (file->size < PSF2_HEADER || get_le32(b) != PSF2_MAGIC || get_le32(b + 8) > file->size)
        return false;
    psf->glyphs = b + get_le32(b + 8);
    psf->count = get_le32(b + 16);
    psf->glyph_size = get_le32(b + 20);
    psf->rows = get_le32(b + 24);
    psf->cols = get_le32(b + 28);
    psf->utf16 = false;
    return true;
}

/* Is it a font of this cell size, and all there? */
static bool read_psf(const struct view_font_file *file, const struct view_font *font,
                     struct psf *psf)
{
    if (file->bytes == NULL || !(read_psf1(file, psf) || read_psf2(file, psf)))
        return false;
    psf->end = file->bytes + file->size;
    if (psf->cols != (uint32_t)font->cols || psf->rows != (uint32_t)font->rows ||
        psf->glyph_size != psf->rows * ((psf->cols + 7) / 8) || psf->count > LETTERS_MAX ||
        psf->count * psf->glyph_size > (size_t)(psf->end - psf->glyphs))
        return false;
    psf->table = psf->glyphs + psf->count * psf->glyph_size;
    return true;
}

/* Takes one code point of a glyph's entry; false at the entry's end. Sequences (combined
 * characters) are skipped: they end an entry for us. */
static bool next_code(const struct psf *psf, const uint8_t **at, uint32_t *ch)
{
    if (psf->utf16) {
        if (psf->end - *at < 2)
            return false;
        *ch = (uint32_t)((*at)[0] | (*at)[1] << 8);
        *at += 2;
        return *ch != 0xffff;
    }
    if (*at >= psf->end || **at >= 0xfe) {
        *at += *at < psf->end;
        return false;
    }
    *ch = view_decode((const char **)at);
    return true;
}

/* Behind the end of the current entry. */
static const uint8_t *skip_entry(const struct psf *psf, const uint8_t *at)
{
    uint32_t ch;

    if (at > psf->table && at[-1] == 0xff)
        return at;
    while (at < psf->end && at[-1] != 0xff)
        next_code(psf, &at, &ch);
    return at;
}

static int by_code(const void *a, const void *b)
{
    const struct view_letter *x = a, *y = b;

    return (x->ch > y->ch) - (x->ch < y->ch);
}

static void index_letters(struct view_font *font, const struct psf *psf)
{
    const uint8_t *at = psf->table;
    uint32_t ch;

    for (uint32_t g = 0; g < psf->count; g++) {
        while (next_code(psf, &at, &ch))
            if (font->letter_count < LETTERS_MAX)
                font->letters[font->letter_count++] =
                    (struct view_letter){ch, psf->glyphs + g * psf->glyph_size};
        at = skip_entry(psf, at);
    }
    qsort(font->letters, (size_t)font->letter_count, sizeof(*font->letters), by_code);
}

/* ---- Fonts ----------------------------------------------------------------------------------- */

void view_font_create(struct view_font *font, int size)
{
    struct psf psf;

    *font = (struct view_font){.cols = sizes[size].cols, .rows = sizes[size].rows};
    if (!read_psf(&view_font_files[size], font, &psf))
        return;
    font->letters = calloc(LETTERS_MAX, sizeof(*font->letters));
    if (font->letters != NULL)
        index_letters(font, &psf);
}

void view_font_destroy(struct view_font *font)
{
    free(font->letters);
    *font = (struct view_font){0};
}

static bool letter(const struct view_font *font, uint32_t ch, struct view_glyph *out)
{
    struct view_letter key = {.ch = ch}, *found;
    int bytes = (font->cols + 7) / 8;

    if (font->letter_count == 0)
        return false;
    found =
        bsearch(&key, font->letters, (size_t)font->letter_count, sizeof(*font->letters), by_code);
    if (found == NULL)
        return false;
    for (int y = 0; y < font->rows; y++)
        out->row[y] =
            (uint16_t)(found->rows[y * bytes] << 8 | (bytes > 1 ? found->rows[y * bytes + 1] : 0));
    return true;
}

/* An empty box. */
static void unknown(const struct view_font *font, struct view_glyph *out)
{
    uint16_t edge = (uint16_t)(0x4000u | 0x8000u >> (font->cols - 2));
    uint16_t full = (uint16_t)((0x7fffu >> (15 - (font->cols - 1) + 1) << (17 - font->cols)));

    for (int y = 2; y < font->rows - 2; y++)
        out->row[y] = y == 2 || y == font->rows - 3 ? full : edge;
}

void view_font_glyph(const struct view_font *font, uint32_t ch, struct view_glyph *out)
{
    *out = (struct view_glyph){0};
    if (ch == ' ' || ch == 0xa0)
        return;
    if (!view_font_line(font, ch, out) && !letter(font, ch, out) && !view_font_plain(font, ch, out))
        unknown(font, out);
}

const char *viewer_letters(void)
{
    return view_font_files[0].bytes != NULL ? "Spleen" : "plain";
}
