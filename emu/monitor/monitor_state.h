/* What the monitor's parts share. Private to emu/monitor/. */
#ifndef FORKSCOPE_EMU_MONITOR_STATE_H
#define FORKSCOPE_EMU_MONITOR_STATE_H

#include "emu/guest/disasm.h"
#include "emu/monitor/monitor.h"

enum { MONITOR_WORDS = 16, MONITOR_LINE = 512, MONITOR_MARKS = 32 };

/* A place with a name. */
struct monitor_mark {
    char name[24];
    uint64_t icount;
};

struct monitor {
    struct control *control;
    const struct inspect *in;
    struct monitor_out out; /* of the command under way */
    bool quits;
    struct monitor_mark marks[MONITOR_MARKS];
    unsigned mark_count;
    char completion[64];
};

/* The words of a line; word[0] is the command. */
struct monitor_line {
    char text[MONITOR_LINE];
    const char *word[MONITOR_WORDS];
    unsigned count;
};

/* What a command's arguments may be, for completion. */
enum monitor_words {
    WORDS_NONE,
    WORDS_PLACE,    /* symbols and registers */
    WORDS_POINT,    /* the same, and "pid" */
    WORDS_WRITTEN,  /* the same, and what control_last_change() knows */
    WORDS_EVENTS,   /* of emu/control/control.h */
    WORDS_BACK,     /* the commands that have a way back, and events */
    WORDS_GOTO,     /* marks and the ends */
    WORDS_COMMANDS, /* names of commands */
    WORDS_INFO,     /* the same, and gdb's words */
    WORDS_ON_OFF,
    WORDS_ALL,
    WORDS_KINDS,
};

typedef void monitor_fn(struct monitor *m, const struct monitor_line *line);

struct monitor_command {
    const char *name, *args, *help;
    monitor_fn *fn;
    enum monitor_words words;
    bool first; /* wins where a shortened name fits several */
};

extern const struct monitor_command monitor_commands[];
extern const unsigned monitor_command_count;

/* Of the names that fit, the one meant; NULL: none, or several. */
const struct monitor_command *monitor_find(const char *name, unsigned *fits);
/* As in gdb, "x/4 $esp" is "x /4 $esp". */
void monitor_split(struct monitor_line *line, const char *text);
/* A first word of another debugger becomes the command here. */
void monitor_translate(struct monitor_line *line);
void monitor_execute_line(struct monitor *m, const struct monitor_line *line);

void monitor_say(struct monitor *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Word n as a number or an address; says so where it is none. Without such a word: `otherwise`. */
bool monitor_number(struct monitor *m, const struct monitor_line *line, unsigned n,
                    uint64_t otherwise, uint64_t *value);
bool monitor_address(struct monitor *m, const struct monitor_line *line, unsigned n,
                     uint32_t otherwise, uint32_t *value);
/* "do_fork+0x12", or nothing where there is no symbol. */
const char *monitor_symbol(struct monitor *m, uint32_t linear, char *buf, size_t size);
/* The present instruction, with its source line. */
void monitor_show_here(struct monitor *m);
uint32_t monitor_pc(const struct monitor *m);
/* An address with its symbol and source line. */
void monitor_symbol_at(struct monitor *m, uint32_t at);

#define COMMAND(name, args, words, first, fn, help) monitor_fn monitor_##fn;
#include "emu/monitor/monitor.def"
#undef COMMAND

#endif
