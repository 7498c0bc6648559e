#include "emu/viewer/view_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"

enum { UTF8_MAX = 4 };

/* ---- Text ------------------------------------------------------------------------------------ */

static char *encode(char *to, uint32_t ch)
{
    if (ch < 0x80) {
        *to++ = (char)ch;
    } else if (ch < 0x800) {
        *to++ = (char)(0xc0 | ch >> 6);
        *to++ = (char)(0x80 | (ch & 0x3f));
    } else if (ch < 0x10000) {
        *to++ = (char)(0xe0 | ch >> 12);
        *to++ = (char)(0x80 | (ch >> 6 & 0x3f));
        *to++ = (char)(0x80 | (ch & 0x3f));
    } else {
        *to++ = (char)(0xf0 | ch >> 18);
        *to++ = (char)(0x80 | (ch >> 12 & 0x3f));
        *to++ = (char)(0x80 | (ch >> 6 & 0x3f));
        *to++ = (char)(0x80 | (ch & 0x3f));
    }
    return to;
}

char *view_text_part(const struct view_grid *grid, int x0, int y0, int x1, int y1)
{
    size_t cells = (size_t)(x1 - x0 + 2) * (size_t)(y1 - y0 + 1);
    char *text = malloc(cells * UTF8_MAX + 1), *at = text, *end;

    if (text == NULL)
        return NULL;
    for (int y = y0; y <= y1; y++) {
        end = at;
        for (int x = x0; x <= x1; x++) {
            uint32_t ch = grid->cells[y * grid->cols + x].ch;

            at = encode(at, ch);
            if (ch != ' ')
                end = at;
        }
        at = end;
        *at++ = '\n';
    }
    *at = '\0';
    return text;
}

char *view_text(const struct view_grid *grid)
{
    return view_text_part(grid, 0, 0, grid->cols - 1, grid->rows - 1);
}

static int write_text(const char *path, const struct view_grid *grid, char *why, size_t why_size)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdout : fopen(path, "w");
    char *text = view_text(grid);
    int error = 0;

    if (file == NULL || text == NULL)
        error = -errno;
    else if (fputs(text, file) < 0)
        error = -errno;
    if (file != NULL && (standard ? fflush(file) : fclose(file)) != 0 && error == 0)
        error = -errno;
    free(text);
    return error ? log_why(why, why_size, error, "cannot write '%s': %s", path, strerror(-error))
                 : 0;
}

/* ---- Pictures -------------------------------------------------------------------------------- */

static int write_picture(const char *path, const struct view_grid *grid,
                         const struct view_font *font, const struct view_theme *theme, char *why,
                         size_t why_size)
{
    struct view_image image;
    int error = view_image_create(&image, font, grid->cols, grid->rows);

    if (error)
        return log_why(why, why_size, error, "cannot write '%s': out of memory", path);
    view_raster(&image, grid, NULL, font, theme);
    error = view_png_write(path, &image, why, why_size);
    view_image_destroy(&image);
    return error;
}

static bool is_picture(const char *path)
{
    size_t length = strlen(path);

    return length > 4 && strcmp(path + length - 4, ".png") == 0;
}

int view_file_write(const char *path, const struct view_grid *grid, const struct view_font *font,
                    const struct view_theme *theme, char *why, size_t why_size)
{
    if (is_picture(path))
        return write_picture(path, grid, font, theme, why, why_size);
    return write_text(path, grid, why, why_size);
}
