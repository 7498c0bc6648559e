/* What the guest has sent on its serial port up to here: the last rows. Keys typed here go to it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/panels.h"

enum { BYTES = 16384 };

/* The last of what was sent, without the sequences that colour and move. */
static size_t copy_text(const struct view_serial *s, size_t sent, char *text)
{
    size_t from = sent > BYTES ? sent - BYTES : 0, used = 0;
    bool escape = false;

    for (size_t i = from; i < sent; i++) {
        uint8_t c = s->bytes[i].byte;

        if (c == 0x1b)
            escape = true;
        else if (escape)
            escape = !(c >= '@' && c != '[');
        else if (c == '\b' && used > 0)
            used--;
        else if (c == '\n' || c >= 0x20)
            text[used++] = (char)c;
    }
    text[used] = '\0';
    return used;
}

void panel_serial(struct view *v, struct view_area area)
{
    struct view_area inner = view_area_part(area, 1, 1, area.cols - 2, area.rows - 1);
    char *text = malloc(BYTES + 1);

    panel_title(area, "serial port", v->typing ? "keys go to the guest; Esc ends" : "Enter: type");
    if (text == NULL || inner.cols < 1)
        return;
    copy_text(v->serial, view_serial_sent(v->serial, view_position(v)), text);
    panel_text(inner, text, v->typing ? 0 : v->scroll[PANEL_SERIAL], v->typing);
    free(text);
}
