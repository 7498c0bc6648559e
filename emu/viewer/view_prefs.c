#include "emu/viewer/view_prefs.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "emu/viewer/view_layout.h"

static const struct {
    const char *name;
    size_t offset;
    int least, most;
} settings[] = {
    {"theme", offsetof(struct view_prefs, theme), 0, VIEW_THEME_COUNT - 1},
    {"font-size", offsetof(struct view_prefs, font_size), 0, VIEW_FONT_SIZES - 1},
    {"cols", offsetof(struct view_prefs, cols), 40, VIEW_GRID_MAX},
    {"rows", offsetof(struct view_prefs, rows), 12, VIEW_GRID_MAX},
    {"panel", offsetof(struct view_prefs, tab), 0, PANEL_COUNT - 1},
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

static int *field(struct view_prefs *prefs, int i)
{
    return (int *)((char *)prefs + settings[i].offset);
}

bool view_prefs_line(struct view_prefs *prefs, const char *line)
{
    char name[32];
    int value;

    if (sscanf(line, "%31s %d", name, &value) != 2)
        return false;
    for (int i = 0; i < SETTINGS; i++)
        if (strcmp(settings[i].name, name) == 0 && value >= settings[i].least &&
            value <= settings[i].most) {
            *field(prefs, i) = value;
            return true;
        }
    return false;
}

/* The folder, made if `make`. */
static bool file_name(char path[PATH_MAX], bool make)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int length;

    if (config != NULL && *config)
        length = snprintf(path, PATH_MAX - 32, "%s", config);
    else if (home != NULL && *home)
        length = snprintf(path, PATH_MAX - 32, "%s/.config", home);
    else
        return false;
    if (length >= PATH_MAX - 32)
        return false;
    if (make)
        mkdir(path, 0700);
    strcat(path, "/forkscope");
    if (make)
        mkdir(path, 0700);
    strcat(path, "/view");
    return true;
}

static void read_file(struct view_prefs *prefs)
{
    char path[PATH_MAX], line[128];
    FILE *file = file_name(path, false) ? fopen(path, "r") : NULL;

    if (file == NULL)
        return;
    while (fgets(line, sizeof(line), file) != NULL)
        view_prefs_line(prefs, line);
    fclose(file);
}

void view_prefs_load(struct view_prefs *prefs, struct view_stage *stage)
{
    struct options *o = stage->options;

    *prefs = (struct view_prefs){0, 0, VIEW_COLS, VIEW_ROWS, PANEL_CALLS};
    read_file(prefs);
    if (o->theme)
        prefs->theme = (int)o->theme;
    if (o->font_size)
        prefs->font_size = (int)o->font_size;
    o->theme = (uint64_t)prefs->theme;
    o->font_size = (uint64_t)prefs->font_size;
    stage->theme = &view_themes[prefs->theme];
    view_font_destroy(&stage->font);
    view_font_create(&stage->font, prefs->font_size);
    stage->view.tab = (enum view_panel)prefs->tab;
    stage->view.tab = view_layout_tab(&stage->view, 0);
}

void view_prefs_save(const struct view_prefs *prefs)
{
    char path[PATH_MAX];
    FILE *file = file_name(path, true) ? fopen(path, "w") : NULL;

    if (file == NULL)
        return;
    for (int i = 0; i < SETTINGS; i++)
        fprintf(file, "%s %d\n", settings[i].name, *field((struct view_prefs *)prefs, i));
    fclose(file);
}
