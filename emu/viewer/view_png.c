/* PNG with a palette: there are few colours, and files are a quarter of the size. */
#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/viewer/view_file.h"
#include "emu/viewer_build.h"

const bool viewer_has_png = true;

enum { PALETTE = 256 };

struct writer {
    png_structp png;
    png_infop info;
    uint32_t colour[PALETTE];
    int colours;
    png_byte *row;
};

/* The place of a colour in the palette; the last one where it is full. */
static png_byte colour_index(struct writer *w, uint32_t rgb)
{
    for (int i = 0; i < w->colours; i++)
        if (w->colour[i] == rgb)
            return (png_byte)i;
    if (w->colours < PALETTE)
        w->colour[w->colours++] = rgb;
    return (png_byte)(w->colours - 1);
}

static void gather_palette(struct writer *w, const struct view_image *image)
{
    uint32_t last = 0x1000000; /* no colour */

    for (size_t i = 0; i < (size_t)image->width * (size_t)image->height; i++)
        if (image->pixels[i] != last)
            colour_index(w, last = image->pixels[i]);
}

static void write_header(struct writer *w, const struct view_image *image)
{
    png_color palette[PALETTE];
    int depth = w->colours <= 16 ? 4 : 8;

    for (int i = 0; i < w->colours; i++)
        palette[i] = (png_color){(png_byte)(w->colour[i] >> 16), (png_byte)(w->colour[i] >> 8),
                                 (png_byte)w->colour[i]};
    png_set_compression_level(w->png, 9);
    png_set_IHDR(w->png, w->info, (png_uint_32)image->width, (png_uint_32)image->height, depth,
                 PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_PLTE(w->png, w->info, palette, w->colours);
    png_write_info(w->png, w->info);
    png_set_packing(w->png);
}

static void write_rows(struct writer *w, const struct view_image *image)
{
    for (int y = 0; y < image->height; y++) {
        const uint32_t *from = image->pixels + (size_t)y * (size_t)image->width;

        for (int x = 0; x < image->width; x++)
            w->row[x] = colour_index(w, from[x]);
        png_write_row(w->png, w->row);
    }
    png_write_end(w->png, NULL);
}

/* libpng reports errors by longjmp: nothing but calls into it lives in here. */
static int write_image(struct writer *w, const struct view_image *image, FILE *file)
{
    if (setjmp(png_jmpbuf(w->png)))
        return -EIO;
    png_init_io(w->png, file);
    write_header(w, image);
    write_rows(w, image);
    return 0;
}

static int write_file(struct writer *w, const struct view_image *image, const char *path)
{
    FILE *file = fopen(path, "wb");
    int error;

    if (file == NULL)
        return -errno;
    error = write_image(w, image, file);
    if (fclose(file) != 0 && error == 0)
        error = -errno;
    return error;
}

int view_png_write(const char *path, const struct view_image *image, char *why, size_t why_size)
{
    struct writer w = {.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL),
                       .row = malloc((size_t)image->width)};
    int error = -ENOMEM;

    if (w.png != NULL)
        w.info = png_create_info_struct(w.png);
    if (w.info != NULL && w.row != NULL) {
        gather_palette(&w, image);
        error = write_file(&w, image, path);
    }
    png_destroy_write_struct(&w.png, &w.info);
    free(w.row);
    return error ? log_why(why, why_size, error, "cannot write '%s': %s", path, strerror(-error))
                 : 0;
}
