/* What an explanation is read from: a machine, or the words that a recording keeps of an event. */
#include "emu/explain/explain_words.h"

#include <string.h>

/* A byte of the words that the CPU read; they are aligned as it read them. */
static bool recorded_byte(const struct trace_why *why, uint32_t at, uint8_t *to)
{
    for (unsigned i = 0; i + 1 < why->reads; i += 2)
        if (at - why->read[i] < sizeof(uint32_t)) {
            *to = (uint8_t)(why->read[i + 1] >> 8 * (at - why->read[i]));
            return true;
        }
    return false;
}

static bool recorded(const struct teller *t, uint32_t at, uint8_t *to, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!recorded_byte(&t->sight->event->why, at + (uint32_t)i, &to[i]))
            return false;
    return true;
}

bool sight_linear(const struct teller *t, uint32_t linear, void *to, size_t size)
{
    return t->sight->in ? inspect_read_in(t->sight->in, t->cpu->cr3, linear, to, size)
                        : recorded(t, linear, to, size);
}

bool sight_physical(const struct teller *t, uint32_t paddr, uint32_t *out)
{
    const struct inspect *in = t->sight->in;
    uint8_t b[4];

    if (in ? cpu_peek_phys(machine_cpu(in->machine), paddr, b, sizeof(b)) != sizeof(b)
           : !recorded(t, paddr, b, sizeof(b)))
        return false;
    *out = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    return true;
}

bool sight_is_whole(const struct teller *t)
{
    return t->sight->in != NULL;
}

const char *address_text(const struct teller *t, uint32_t linear, char buf[ADDRESS_TEXT])
{
    const struct inspect *in = t->sight->in;
    char name[ADDRESS_TEXT - 16];
    const char *known;

    if (in != NULL)
        known = symbols_by_addr(in->symbols, linear)
                    ? symbols_format(in->symbols, linear, name, sizeof(name))
                    : NULL;
    else
        known = trace_name_known(t->sight->names, linear, true, name, sizeof(name));
    if (known != NULL)
        snprintf(buf, ADDRESS_TEXT, "%08x <%s>", linear, known);
    else
        snprintf(buf, ADDRESS_TEXT, "%08x", linear);
    return buf;
}
