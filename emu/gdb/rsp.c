#include "emu/gdb/rsp.h"

#include <stdlib.h>
#include <string.h>

static const char digits[] = "0123456789abcdef";

void rsp_init(struct rsp *r)
{
    *r = (struct rsp){.state = RSP_BETWEEN};
}

void rsp_release(struct rsp *r)
{
    free(r->out);
    r->out = NULL;
    r->out_used = r->out_room = 0;
}

/* ---- Hexadecimal ------------------------------------------------------------------------- */

int rsp_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void rsp_to_hex(char *to, const void *bytes, size_t n)
{
    const uint8_t *from = bytes;

    for (size_t i = 0; i < n; i++) {
        *to++ = digits[from[i] >> 4];
        *to++ = digits[from[i] & 15];
    }
    *to = '\0';
}

bool rsp_from_hex(void *to, const char *hex, size_t n)
{
    uint8_t *bytes = to;

    for (size_t i = 0; i < n; i++) {
        int high = rsp_digit(hex[2 * i]), low = high < 0 ? -1 : rsp_digit(hex[2 * i + 1]);

        if (low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* ---- Sending ----------------------------------------------------------------------------- */

static void send_bytes(struct rsp *r, const void *bytes, size_t n)
{
    if (n == 0)
        return; /* there may be no buffer yet */
    if (r->out_used + n > r->out_room) {
        size_t room = 2 * (r->out_used + n);
        uint8_t *out = room <= 2 * RSP_OUT_MAX ? realloc(r->out, room) : NULL;

        if (!out) {
            r->full = true;
            return;
        }
        r->out = out;
        r->out_room = room;
    }
    memcpy(r->out + r->out_used, bytes, n);
    r->out_used += n;
}

void rsp_sent(struct rsp *r, size_t n)
{
    r->out_used -= n;
    if (r->out_used > 0)
        memmove(r->out, r->out + n, r->out_used);
}

static bool needs_escape(char c)
{
    return c == '#' || c == '$' || c == '}' || c == '*';
}

void rsp_put(struct rsp *r, const void *data, size_t length)
{
    const char *from = data;
    char *to = r->last;
    uint8_t sum = 0;

    if (length > RSP_PACKET_MAX)
        length = RSP_PACKET_MAX;
    *to++ = '$';
    for (size_t i = 0; i < length; i++) {
        bool escape = needs_escape(from[i]);

        if (escape)
            *to++ = '}';
        *to++ = escape ? (char)(from[i] ^ 0x20) : from[i];
    }
    for (const char *c = r->last + 1; c < to; c++)
        sum = (uint8_t)(sum + (uint8_t)*c);
    *to++ = '#';
    *to++ = digits[sum >> 4];
    *to++ = digits[sum & 15];
    r->last_length = (size_t)(to - r->last);
    send_bytes(r, r->last, r->last_length);
}

void rsp_put_text(struct rsp *r, const char *text)
{
    rsp_put(r, text, strlen(text));
}

/* ---- Receiving --------------------------------------------------------------------------- */

static void begin(struct rsp *r)
{
    r->state = RSP_DATA;
    r->length = 0;
    r->sum = 0;
    r->too_long = false;
}

static enum rsp_event between(struct rsp *r, uint8_t byte)
{
    if (byte == '$')
        begin(r);
    else if (byte == '-' && !r->no_acks)
        send_bytes(r, r->last, r->last_length);
    return byte == 0x03 ? RSP_INTERRUPT : RSP_NOTHING;
}

static void add(struct rsp *r, char c)
{
    if (r->length < RSP_PACKET_MAX)
        r->packet[r->length++] = c;
    else
        r->too_long = true;
}

/* A '$' inside a packet: the one before was cut off. */
static void data(struct rsp *r, uint8_t byte)
{
    if (byte == '$') {
        begin(r);
        return;
    }
    if (byte == '#') {
        r->state = RSP_SUM1;
        return;
    }
    r->sum = (uint8_t)(r->sum + byte);
    if (byte == '}')
        r->state = RSP_ESCAPED;
    else
        add(r, (char)byte);
}

static enum rsp_event complete(struct rsp *r, uint8_t byte)
{
    int low = rsp_digit((char)byte);
    bool good = low >= 0 && r->sum == (uint8_t)(r->want << 4 | low);

    r->state = RSP_BETWEEN;
    r->packet[r->length] = '\0';
    if (!r->no_acks)
        send_bytes(r, good ? "+" : "-", 1);
    else
        good = true; /* nobody would send it again */
    if (!good)
        return RSP_NOTHING;
    return r->too_long ? RSP_TOO_LONG : RSP_PACKET;
}

enum rsp_event rsp_take(struct rsp *r, uint8_t byte)
{
    switch (r->state) {
    case RSP_BETWEEN:
        return between(r, byte);
    case RSP_DATA:
        data(r, byte);
        break;
    case RSP_ESCAPED:
        r->sum = (uint8_t)(r->sum + byte);
        add(r, (char)(byte ^ 0x20));
        r->state = RSP_DATA;
        break;
    case RSP_SUM1:
        r->want = (uint8_t)rsp_digit((char)byte);
        r->state = RSP_SUM2;
        break;
    case RSP_SUM2:
        return complete(r, byte);
    }
    return RSP_NOTHING;
}
