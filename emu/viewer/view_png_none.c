/* A build without libpng. */
#include <errno.h>

#include "emu/support/log.h"
#include "emu/viewer/view_file.h"
#include "emu/viewer_build.h"

const bool viewer_has_png = false;

int view_png_write(const char *path, const struct view_image *image, char *why, size_t why_size)
{
    (void)image;
    return log_why(why, why_size, -ENOTSUP,
                   "cannot write '%s': this build has no libpng (text works: NAME.txt)", path);
}
