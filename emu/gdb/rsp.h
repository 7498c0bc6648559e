/*
 * The framing of gdb's remote serial protocol ("Overview" in the gdb manual, appendix E.1): bytes
 * to packets and packets to bytes. Knows no sockets.
 *
 *   $packet-data#checksum    in data: } escapes the next byte, which is xor'ed with 0x20
 *   + and -                  acknowledgements, until QStartNoAckMode
 *   0x03                     the person wants the program to stop
 *
 * Acknowledgements of the other side are not waited for (some clients never send any); a '-' gets
 * the last packet again. Whatever else comes between packets is skipped.
 */
#ifndef FORKSCOPE_EMU_RSP_H
#define FORKSCOPE_EMU_RSP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RSP_PACKET_MAX = 16384, /* of data, either way */
    RSP_OUT_MAX = 1 << 20,  /* of bytes that the other side has not read */
};

enum rsp_event {
    RSP_NOTHING,   /* more bytes are needed */
    RSP_PACKET,    /* `packet` holds one */
    RSP_INTERRUPT, /* 0x03 */
    RSP_TOO_LONG,  /* a packet that was skipped */
};

enum rsp_state { RSP_BETWEEN, RSP_DATA, RSP_ESCAPED, RSP_SUM1, RSP_SUM2 };

struct rsp {
    bool no_acks;
    bool full; /* more than RSP_OUT_MAX: the other side does not read */

    char packet[RSP_PACKET_MAX + 1]; /* ended by NUL */
    size_t length;

    uint8_t *out; /* to be sent: out_used bytes */
    size_t out_used, out_room;

    /* Private. */
    enum rsp_state state;
    bool too_long;
    uint8_t sum, want;
    char last[2 * RSP_PACKET_MAX + 8]; /* as framed */
    size_t last_length;
};

void rsp_init(struct rsp *r);
void rsp_release(struct rsp *r);

/* Takes one byte. */
enum rsp_event rsp_take(struct rsp *r, uint8_t byte);

/* Queues one packet; what is longer than RSP_PACKET_MAX is cut. */
void rsp_put(struct rsp *r, const void *data, size_t length);
void rsp_put_text(struct rsp *r, const char *text);
/* The first n bytes of `out` are sent. */
void rsp_sent(struct rsp *r, size_t n);

/* Hexadecimal digits of bytes and back. `to` holds 2 * n + 1. False: not 2 * n digits. */
void rsp_to_hex(char *to, const void *bytes, size_t n);
bool rsp_from_hex(void *to, const char *hex, size_t n);
/* -1: no digit. */
int rsp_digit(char c);

#endif
