#include "emu/trace/trace_filter.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A piece of the filter's text. */
struct span {
    const char *at;
    size_t length;
};

struct parse {
    struct trace_filter *filter;
    const char *option;
    unsigned seen; /* bit n: clause n was given */
    char *why;
    size_t why_size;
};

static int fail(struct parse *p, const char *what, struct span where)
{
    snprintf(p->why, p->why_size, "%s: %s '%.*s'", p->option, what, (int)where.length, where.at);
    return -EINVAL;
}

static struct span trim(struct span s)
{
    while (s.length > 0 && isspace((unsigned char)s.at[0])) {
        s.at++;
        s.length--;
    }
    while (s.length > 0 && isspace((unsigned char)s.at[s.length - 1]))
        s.length--;
    return s;
}

/* Cuts the part before `separator` off *rest. False: nothing left. */
static bool next_part(struct span *rest, char separator, struct span *part)
{
    const char *end;

    if (rest->at == NULL)
        return false;
    end = memchr(rest->at, separator, rest->length);
    part->at = rest->at;
    part->length = end ? (size_t)(end - rest->at) : rest->length;
    if (end != NULL) {
        rest->length -= part->length + 1;
        rest->at = end + 1;
    } else {
        rest->at = NULL;
    }
    *part = trim(*part);
    return true;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Decimal or 0x…, with '_' between digits for the eye. */
static bool parse_number(struct span s, uint64_t *value)
{
    unsigned base = 10;
    bool digits = false;

    *value = 0;
    if (s.length > 2 && s.at[0] == '0' && (s.at[1] == 'x' || s.at[1] == 'X')) {
        base = 16;
        s.at += 2;
        s.length -= 2;
    }
    for (size_t i = 0; i < s.length; i++) {
        unsigned digit = (unsigned)digit_value(s.at[i]);

        if (s.at[i] == '_' && digits)
            continue;
        if (digit >= base || *value > (UINT64_MAX - digit) / base)
            return false;
        *value = *value * base + digit;
        digits = true;
    }
    return digits;
}

static int parse_ev(struct parse *p, struct span list)
{
    struct span name;

    p->filter->kinds = 0;
    while (next_part(&list, ',', &name)) {
        enum trace_kind kind;

        if (name.length == 3 && memcmp(name.at, "all", 3) == 0) {
            p->filter->kinds = TRACE_BIT(TRACE_KIND_COUNT) - 1;
            continue;
        }
        if (!trace_kind_parse(name.at, name.length, &kind))
            return fail(p, "unknown event", name);
        p->filter->kinds |= TRACE_BIT(kind);
    }
    return 0;
}

static int parse_pid(struct parse *p, struct span list)
{
    struct span number;
    uint64_t pid;

    while (next_part(&list, ',', &number)) {
        if (!parse_number(number, &pid) || pid > INT32_MAX)
            return fail(p, "not a pid:", number);
        if (p->filter->pid_count == TRACE_FILTER_PIDS)
            return fail(p, "too many pids at", number);
        p->filter->pid[p->filter->pid_count++] = (int32_t)pid;
    }
    return 0;
}

static bool is_symbol(struct span s)
{
    if (s.length == 0 || s.length >= TRACE_FILTER_SYM_SIZE || isdigit((unsigned char)s.at[0]))
        return false;
    for (size_t i = 0; i < s.length; i++)
        if (!isalnum((unsigned char)s.at[i]) && strchr("_.$/-", s.at[i]) == NULL)
            return false;
    return true;
}

static int parse_names(struct parse *p, struct span list,
                       char to[TRACE_FILTER_SYMS][TRACE_FILTER_SYM_SIZE], unsigned *count)
{
    struct span name;

    while (next_part(&list, ',', &name)) {
        if (!is_symbol(name))
            return fail(p, "not a symbol:", name);
        if (*count == TRACE_FILTER_SYMS)
            return fail(p, "too many symbols at", name);
        memcpy(to[*count], name.at, name.length);
        to[(*count)++][name.length] = '\0';
    }
    return 0;
}

static int parse_sym(struct parse *p, struct span list)
{
    return parse_names(p, list, p->filter->sym, &p->filter->sym_count);
}

int trace_filter_add_symbols(struct trace_filter *filter, const char *option, const char *list,
                             char *why, size_t why_size)
{
    struct parse p = {filter, option, 0, why, why_size};

    return parse_sym(&p, (struct span){list, strlen(list)});
}

int trace_filter_add_graphs(struct trace_filter *filter, const char *option, const char *list,
                            char *why, size_t why_size)
{
    struct parse p = {filter, option, 0, why, why_size};

    return parse_names(&p, (struct span){list, strlen(list)}, filter->graph, &filter->graph_count);
}

bool trace_filter_names_file(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL && (strcmp(dot, ".c") == 0 || strcmp(dot, ".S") == 0);
}

bool trace_filter_same_file(const char *name, const char *path)
{
    size_t a = strlen(name), b = strlen(path);

    return a <= b && strcmp(path + b - a, name) == 0 && (a == b || path[b - a - 1] == '/');
}

static int parse_icount(struct parse *p, struct span range)
{
    const char *dots = memmem(range.at, range.length, "..", 2);
    struct span first = range, last = range;

    if (dots != NULL) {
        first.length = (size_t)(dots - range.at);
        last.at = dots + 2;
        last.length = range.length - first.length - 2;
        first = trim(first);
        last = trim(last);
    }
    if (dots == NULL || first.length + last.length == 0 ||
        (first.length > 0 && !parse_number(first, &p->filter->first)) ||
        (last.length > 0 && !parse_number(last, &p->filter->last)))
        return fail(p, "icount wants a range like 1000..2000, not", range);
    if (p->filter->first > p->filter->last)
        return fail(p, "icount range runs backwards:", range);
    return 0;
}

static const struct {
    const char *key;
    int (*parse)(struct parse *p, struct span value);
} clauses[] = {
    {"ev", parse_ev},
    {"pid", parse_pid},
    {"sym", parse_sym},
    {"icount", parse_icount},
};

static int parse_clause(struct parse *p, struct span clause)
{
    struct span value = clause, key;

    if (memchr(clause.at, '=', clause.length) == NULL)
        return fail(p, "expected key=value, got", clause);
    next_part(&value, '=', &key);
    value = trim(value);
    for (unsigned i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++) {
        if (strlen(clauses[i].key) != key.length || memcmp(clauses[i].key, key.at, key.length) != 0)
            continue;
        if (p->seen & 1u << i)
            return fail(p, "given twice:", key);
        p->seen |= 1u << i;
        return clauses[i].parse(p, value);
    }
    return fail(p, "the keys are ev, pid, sym and icount, not", key);
}

void trace_filter_init(struct trace_filter *filter, trace_kinds kinds)
{
    memset(filter, 0, sizeof(*filter));
    filter->kinds = kinds;
    filter->last = UINT64_MAX;
}

int trace_filter_parse(struct trace_filter *filter, const char *text, char *why, size_t why_size)
{
    struct parse p = {filter, "trace filter", 0, why, why_size};
    struct span rest = {text, strlen(text)}, clause;

    while (next_part(&rest, ';', &clause)) {
        int err = clause.length > 0 ? parse_clause(&p, clause) : 0;

        if (err != 0)
            return err;
    }
    return 0;
}

/* ---- Choosing ------------------------------------------------------------------------------ */

static bool pid_listed(const struct trace_filter *filter, int32_t pid)
{
    for (unsigned i = 0; i < filter->pid_count; i++)
        if (filter->pid[i] == pid)
            return true;
    return false;
}

static bool concerns_pid(const struct trace_filter *filter, const struct trace_event *event)
{
    if (filter->pid_count == 0 || pid_listed(filter, event->who.pid))
        return true;
    switch (event->kind) {
    case TRACE_FORK:
        return pid_listed(filter, event->fork.child.pid);
    case TRACE_FRAME:
        return pid_listed(filter, event->frame.child.pid);
    case TRACE_SWITCH:
        return pid_listed(filter, event->sched.next.pid);
    case TRACE_RET:
        return pid_listed(filter, event->ret.parent_pid) ||
               pid_listed(filter, event->ret.child_pid);
    default:
        return false;
    }
}

static bool concerns_sym(const struct trace_filter *filter, const struct trace_event *event)
{
    const struct trace_probe *probe = event->call.probe;

    if (event->kind != TRACE_CALL && event->kind != TRACE_RETURN)
        return true;
    if (filter->sym_count == 0 && filter->graph_count == 0)
        return probe->known;
    for (unsigned i = 0; i < filter->sym_count; i++)
        if (strcmp(filter->sym[i], probe->name) == 0 ||
            (probe->file != NULL && trace_filter_same_file(filter->sym[i], probe->file)))
            return true;
    return filter->graph_count > 0 && event->call.graph;
}

bool trace_filter_wants(const struct trace_filter *filter, const struct trace_event *event)
{
    if (!(filter->kinds & TRACE_BIT(event->kind)) || event->icount < filter->first ||
        event->icount > filter->last)
        return false;
    if (event->kind == TRACE_IRET && event->iret.origin == TRACE_FRAME_IRQ &&
        !(filter->kinds & TRACE_BIT(TRACE_IRQ)))
        return false;
    return concerns_pid(filter, event) && concerns_sym(filter, event);
}
