#include "emu/viewer/view_theme.h"

#include <string.h>

const struct view_theme view_themes[VIEW_THEME_COUNT] = {
    {.name = "dark",
     .back = 0x14171c,
     .mark = 0x2a3140,
     .style = {[VIEW_TEXT] = 0xd5d9e0,
               [VIEW_DIM] = 0x98a1ae,
               [VIEW_TITLE] = 0xffffff,
               [VIEW_RULE] = 0x3a424e,
               [VIEW_CPU] = 0xf2b75c,
               [VIEW_ENTRY] = 0x6fc7b6,
               [VIEW_CODE] = 0x9ab4dc,
               [VIEW_PARENT] = 0x7ab7ff,
               [VIEW_CHILD] = 0xe69ad8,
               [VIEW_NOTE] = 0xe8dfc0,
               [VIEW_BAD] = 0xff7b72}},
    {.name = "light",
     .back = 0xfbfaf7,
     .mark = 0xe4e7ee,
     .style = {[VIEW_TEXT] = 0x23272e,
               [VIEW_DIM] = 0x5f656f,
               [VIEW_TITLE] = 0x000000,
               [VIEW_RULE] = 0xcdd0d5,
               [VIEW_CPU] = 0x8f5400,
               [VIEW_ENTRY] = 0x0b6b5c,
               [VIEW_CODE] = 0x3a5788,
               [VIEW_PARENT] = 0x0b5cad,
               [VIEW_CHILD] = 0x9c2a86,
               [VIEW_NOTE] = 0x4d4419,
               [VIEW_BAD] = 0xb3261e}},
    {.name = "contrast",
     .back = 0x000000,
     .mark = 0x003c5c,
     .style = {[VIEW_TEXT] = 0xffffff,
               [VIEW_DIM] = 0xd0d0d0,
               [VIEW_TITLE] = 0xffffff,
               [VIEW_RULE] = 0x9a9a9a,
               [VIEW_CPU] = 0xffd24a,
               [VIEW_ENTRY] = 0x5cffdc,
               [VIEW_CODE] = 0xcfe2ff,
               [VIEW_PARENT] = 0x8fd0ff,
               [VIEW_CHILD] = 0xffa6f2,
               [VIEW_NOTE] = 0xffffff,
               [VIEW_BAD] = 0xff9d94}},
};

const struct view_theme *view_theme_by_name(const char *name)
{
    for (int i = 0; i < VIEW_THEME_COUNT; i++)
        if (strcmp(view_themes[i].name, name) == 0)
            return &view_themes[i];
    return NULL;
}

/* Half the way to the strongest colour: letters as thick would smudge. */
static uint32_t stronger(const struct view_theme *theme, uint32_t colour)
{
    uint32_t strong = theme->style[VIEW_TITLE];

    return ((colour >> 1) & 0x7f7f7f) + ((strong >> 1) & 0x7f7f7f);
}

struct view_colours view_theme_colours(const struct view_theme *theme, uint32_t look)
{
    unsigned style = look & VIEW_STYLE_MASK;
    struct view_colours c = {theme->style[style < VIEW_STYLES ? style : VIEW_TEXT],
                             look & VIEW_MARK ? theme->mark : theme->back};

    if (look & VIEW_BOLD)
        c.fore = stronger(theme, c.fore);
    return look & VIEW_SELECT ? (struct view_colours){c.back, c.fore} : c;
}
