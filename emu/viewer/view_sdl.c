/*
 * The window, by SDL 2: the only source that knows it. The library is loaded when a window is
 * wanted, so the program starts and runs without.
 */
#include <SDL.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/run/runner.h"
#include "emu/support/log.h"
#include "emu/viewer/view_layout.h"
#include "emu/viewer/view_prefs.h"
#include "emu/viewer/view_raster.h"
#include "emu/viewer/view_signals.h"
#include "emu/viewer/view_ui.h"
#include "emu/viewer/view_window.h"
#include "emu/viewer_build.h"

const bool viewer_has_window = true;

/* While the guest runs, a picture this often. */
enum { FRAME_MS = 40 };

#define SDL_FUNCTIONS(F)                                                                           \
    F(Init)                                                                                        \
    F(Quit)                                                                                        \
    F(GetCurrentVideoDriver)                                                                       \
    F(SetHint)                                                                                     \
    F(CreateWindow)                                                                                \
    F(DestroyWindow)                                                                               \
    F(GetWindowSize)                                                                               \
    F(SetWindowMinimumSize)                                                                        \
    F(CreateRenderer)                                                                              \
    F(DestroyRenderer)                                                                             \
    F(CreateTexture)                                                                               \
    F(DestroyTexture)                                                                              \
    F(UpdateTexture)                                                                               \
    F(SetRenderDrawColor)                                                                          \
    F(RenderClear)                                                                                 \
    F(RenderCopy)                                                                                  \
    F(RenderPresent)                                                                               \
    F(WaitEvent)                                                                                   \
    F(PollEvent)                                                                                   \
    F(PumpEvents)                                                                                  \
    F(FilterEvents)                                                                                \
    F(PushEvent)                                                                                   \
    F(GetTicks)                                                                                    \
    F(StartTextInput)                                                                              \
    F(SetClipboardText)

static struct {
    void *library;
#define POINTER(name) __typeof__(&SDL_##name) name;
    SDL_FUNCTIONS(POINTER)
#undef POINTER
} sdl;

struct window {
    struct view_ui ui;
    struct view_stage *stage;
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *texture;
    struct view_image image;
    struct view_grid shown; /* what the image holds */
    bool stale;             /* there is something to draw */
    bool whole;             /* all of it */
    uint32_t drawn_at;
    struct view_signals signals;
};

static int load_library(char *why, size_t why_size)
{
    static const char *const names[] = {"libSDL2-2.0.so.0", "libSDL2-2.0.dylib", "libSDL2.so"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && sdl.library == NULL; i++)
        sdl.library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (sdl.library == NULL)
        return log_why(why, why_size, -ENOTSUP,
                       "no window: libSDL2-2.0.so.0 is not installed (libsdl2-2.0-0); "
                       "--screenshot FILE and --panel NAME=FILE work without");
#define LOAD(name)                                                                                 \
    *(void **)&sdl.name = dlsym(sdl.library, "SDL_" #name);                                        \
    if (sdl.name == NULL)                                                                          \
        return log_why(why, why_size, -ENOTSUP, "no window: this SDL has no SDL_" #name);
    SDL_FUNCTIONS(LOAD)
#undef LOAD
    return 0;
}

/* ---- The picture ----------------------------------------------------------------------------- */

static int make_surface(struct window *w, int cols, int rows)
{
    view_image_destroy(&w->image);
    view_grid_destroy(&w->shown);
    if (w->texture != NULL)
        sdl.DestroyTexture(w->texture);
    w->texture = NULL;
    if (view_image_create(&w->image, &w->stage->font, cols, rows) ||
        view_grid_create(&w->shown, cols, rows))
        return -ENOMEM;
    w->texture = sdl.CreateTexture(w->renderer, SDL_PIXELFORMAT_RGB888, SDL_TEXTUREACCESS_STREAMING,
                                   w->image.width, w->image.height);
    w->stale = w->whole = true;
    return w->texture ? 0 : -ENOMEM;
}

static int fit_window(struct window *w)
{
    int width = 0, height = 0, cols, rows;

    sdl.GetWindowSize(w->window, &width, &height);
    cols = width / w->stage->font.cols;
    rows = height / w->stage->font.rows;
    cols = cols < 1 ? 1 : cols > VIEW_GRID_MAX ? VIEW_GRID_MAX : cols;
    rows = rows < 1 ? 1 : rows > VIEW_GRID_MAX ? VIEW_GRID_MAX : rows;
    return view_ui_resize(&w->ui, cols, rows) ? -ENOMEM : make_surface(w, cols, rows);
}

static void present(struct window *w)
{
    uint32_t back = w->stage->theme->back;
    SDL_Rect to = {0, 0, w->image.width, w->image.height};

    sdl.UpdateTexture(w->texture, NULL, w->image.pixels, w->image.width * 4);
    sdl.SetRenderDrawColor(w->renderer, (uint8_t)(back >> 16), (uint8_t)(back >> 8), (uint8_t)back,
                           255);
    sdl.RenderClear(w->renderer);
    sdl.RenderCopy(w->renderer, w->texture, NULL, &to);
    sdl.RenderPresent(w->renderer);
}

/* What the grid holds. */
static void show_grid(struct window *w)
{
    size_t size = (size_t)(w->shown.cols * w->shown.rows) * sizeof(*w->shown.cells);

    view_raster(&w->image, &w->ui.grid, w->whole ? NULL : &w->shown, &w->stage->font,
                w->stage->theme);
    memcpy(w->shown.cells, w->ui.grid.cells, size);
    present(w);
    w->drawn_at = sdl.GetTicks();
}

static void draw(struct window *w)
{
    view_ui_draw(&w->ui);
    show_grid(w);
    w->stale = w->whole = false;
}

/* ---- Events ---------------------------------------------------------------------------------- */

static uint32_t special_key(const SDL_Keysym *key)
{
    static const struct {
        SDL_Keycode from;
        uint32_t to;
    } keys[] = {{SDLK_RETURN, VIEW_KEY_ENTER},
                {SDLK_KP_ENTER, VIEW_KEY_ENTER},
                {SDLK_BACKSPACE, VIEW_KEY_BACKSPACE},
                {SDLK_ESCAPE, VIEW_KEY_ESCAPE},
                {SDLK_LEFT, VIEW_KEY_LEFT},
                {SDLK_RIGHT, VIEW_KEY_RIGHT},
                {SDLK_UP, VIEW_KEY_UP},
                {SDLK_DOWN, VIEW_KEY_DOWN},
                {SDLK_PAGEUP, VIEW_KEY_PAGE_UP},
                {SDLK_PAGEDOWN, VIEW_KEY_PAGE_DOWN},
                {SDLK_F1, VIEW_KEY_F1},
                {SDLK_F12, VIEW_KEY_F12}};

    if (key->mod & KMOD_CTRL)
        return key->sym == SDLK_c ? VIEW_KEY_COPY : key->sym == SDLK_q ? VIEW_KEY_QUIT : 0;
    if (key->sym == SDLK_TAB)
        return key->mod & KMOD_SHIFT ? VIEW_KEY_BACKTAB : VIEW_KEY_TAB;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (keys[i].from == key->sym)
            return keys[i].to;
    return 0;
}

static void send_key(struct window *w, uint32_t key)
{
    struct view_event event = {.kind = VIEW_EVENT_KEY, .key = key};

    if (key != 0)
        view_ui_event(&w->ui, &event);
}

static void send_text(struct window *w, const char *text)
{
    while (*text)
        send_key(w, view_decode(&text));
}

static void send_mouse(struct window *w, enum view_event_kind kind, int x, int y, int wheel)
{
    struct view_event event = {kind, (uint32_t)wheel, x / w->stage->font.cols,
                               y / w->stage->font.rows};

    view_ui_event(&w->ui, &event);
}

static void on_window(struct window *w, const SDL_WindowEvent *event)
{
    if (event->event == SDL_WINDOWEVENT_SIZE_CHANGED && fit_window(w))
        w->ui.quit = true;
    w->whole = true;
}

static void handle(struct window *w, const SDL_Event *event)
{
    w->stale = true;
    switch (event->type) {
    case SDL_QUIT:
        w->ui.quit = true;
        break;
    case SDL_WINDOWEVENT:
        on_window(w, &event->window);
        break;
    case SDL_KEYDOWN:
        send_key(w, special_key(&event->key.keysym));
        break;
    case SDL_TEXTINPUT:
        send_text(w, event->text.text);
        break;
    case SDL_MOUSEBUTTONDOWN:
        if (event->button.button == SDL_BUTTON_LEFT)
            send_mouse(w, VIEW_EVENT_PRESS, event->button.x, event->button.y, 0);
        break;
    case SDL_MOUSEBUTTONUP:
        send_mouse(w, VIEW_EVENT_RELEASE, event->button.x, event->button.y, 0);
        break;
    case SDL_MOUSEMOTION:
        w->stale = w->ui.pressed;
        send_mouse(w, VIEW_EVENT_MOVE, event->motion.x, event->motion.y, 0);
        break;
    case SDL_MOUSEWHEEL:
        send_mouse(w, VIEW_EVENT_WHEEL, 0, 0, -3 * event->wheel.y);
        break;
    default:
        w->stale = false;
        break;
    }
}

static void after_events(struct window *w)
{
    if (w->ui.copied != NULL) {
        sdl.SetClipboardText(w->ui.copied);
        free(w->ui.copied);
        w->ui.copied = NULL;
    }
    if (w->ui.font_changed && fit_window(w))
        w->ui.quit = true;
    w->ui.font_changed = false;
}

/* An SDL_EventFilter: finds what ends a search among the events that wait, and takes it away. */
static int find_end(void *ctx, SDL_Event *event)
{
    bool *end = ctx;
    bool stop = (event->type == SDL_TEXTINPUT && strcmp(event->text.text, " ") == 0) ||
                (event->type == SDL_KEYDOWN && event->key.keysym.sym == SDLK_ESCAPE);

    *end |= stop || event->type == SDL_QUIT;
    return !stop;
}

/* For view_ui: other events stay for later. */
static bool give_up(void *ctx)
{
    struct window *w = ctx;
    bool end = false;

    sdl.PumpEvents();
    sdl.FilterEvents(find_end, &end);
    view_ui_draw_message(&w->ui);
    show_grid(w);
    return end;
}

static bool has_input(void *ctx)
{
    (void)ctx;
    return sdl.PollEvent(NULL);
}

static void wake(void)
{
    SDL_Event event = {.type = SDL_QUIT};

    sdl.PushEvent(&event);
}

/* Sleeps while there is nothing to do. */
static void loop(struct window *w)
{
    SDL_Event event;

    draw(w);
    while (!w->ui.quit) {
        bool working = view_ui_work(&w->ui);

        if (!working && (w->stale || w->ui.stage->view.running != working))
            draw(w);
        if (!working && !w->stale && sdl.WaitEvent(&event))
            handle(w, &event);
        while (sdl.PollEvent(&event))
            handle(w, &event);
        after_events(w);
        if (working && sdl.GetTicks() - w->drawn_at >= FRAME_MS)
            draw(w);
        else if (working)
            w->stale = true;
    }
}

/* ---- Life ------------------------------------------------------------------------------------ */

/* Without a display SDL would draw where nobody sees it; who wants that says so in
 * SDL_VIDEODRIVER. */
static bool is_given(const char *variable)
{
    const char *value = getenv(variable);

    return value != NULL && *value != 0;
}

static bool has_display(void)
{
    return is_given("SDL_VIDEODRIVER") || is_given("DISPLAY") || is_given("WAYLAND_DISPLAY");
}

static bool is_seen(void)
{
    const char *driver = sdl.GetCurrentVideoDriver();

    return is_given("SDL_VIDEODRIVER") ||
           (driver != NULL && strcmp(driver, "offscreen") != 0 && strcmp(driver, "dummy") != 0);
}

static int open_window(struct window *w, const struct view_prefs *prefs)
{
    int width = prefs->cols * w->stage->font.cols, height = prefs->rows * w->stage->font.rows;

    /* With it SDL starts OpenGL to copy one picture, and makes the window twice. */
    sdl.SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    sdl.SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
    sdl.SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    if (!is_given("WAYLAND_DISPLAY")) /* else its library is tried, and complains on stderr */
        sdl.SetHint("SDL_VIDEODRIVER", "x11");
    if (!has_display() || sdl.Init(SDL_INIT_VIDEO) != 0 || !is_seen())
        return -ENODEV;
    w->window = sdl.CreateWindow("forkscope", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                 width, height, SDL_WINDOW_RESIZABLE);
    if (w->window == NULL)
        return -ENODEV;
    w->renderer = sdl.CreateRenderer(w->window, -1, SDL_RENDERER_SOFTWARE);
    if (w->renderer == NULL)
        return -ENODEV;
    sdl.StartTextInput();
    return 0;
}

static void close_window(struct window *w)
{
    if (w->texture != NULL)
        sdl.DestroyTexture(w->texture);
    if (w->renderer != NULL)
        sdl.DestroyRenderer(w->renderer);
    if (w->window != NULL)
        sdl.DestroyWindow(w->window);
    view_image_destroy(&w->image);
    view_grid_destroy(&w->shown);
    view_ui_close(&w->ui);
    sdl.Quit();
}

static bool is_interrupted(const struct window *w)
{
    return w->signals.caught != 0 || runner_interrupted(false) != 0;
}

static int show(struct window *w, const struct view_place *place, struct view_prefs *prefs,
                char *why, size_t why_size)
{
    int error = open_window(w, prefs);

    if (error)
        return log_why(why, why_size, error,
                       "no window: there is no display that DISPLAY or WAYLAND_DISPLAY names; "
                       "--screenshot FILE and --panel NAME=FILE work without");
    error = view_ui_open(&w->ui, w->stage, place, prefs->cols, prefs->rows);
    w->ui.give_up = give_up;
    w->ui.has_input = has_input;
    w->ui.window = w;
    if (!error)
        error = fit_window(w);
    if (error)
        return log_why(why, why_size, error, "out of memory");
    w->ui.quit = is_interrupted(w); /* before there was a queue for events */
    loop(w);
    *prefs = (struct view_prefs){w->ui.theme, w->ui.font_size, w->ui.grid.cols, w->ui.grid.rows,
                                 w->stage->view.tab};
    return 0;
}

int view_window_run(struct view_stage *stage, const struct view_place *place, char *why,
                    size_t why_size)
{
    struct window *w = calloc(1, sizeof(*w));
    struct view_prefs prefs;
    int error = w ? load_library(why, why_size) : -ENOMEM;

    if (error == 0)
        error = view_signals_open(&w->signals, wake);
    if (error == 0) {
        w->stage = stage;
        view_prefs_load(&prefs, stage);
        error = show(w, place, &prefs, why, why_size);
        close_window(w);
        if (error == 0)
            view_prefs_save(&prefs);
        if (error == 0 && is_interrupted(w))
            error = log_why(why, why_size, -EINTR, "interrupted");
        view_signals_close(&w->signals);
    }
    free(w);
    return error;
}
