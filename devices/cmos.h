/*
 * The real-time clock and CMOS RAM of the AT (Motorola data sheet MC146818A).
 *
 *   reg   write                             read
 *   0     D7: masks NMI, D6..D0: index      nothing drives the bus: 0xff
 *   1     the byte at the index             the byte at the index
 *
 *   index                                   index
 *   00 seconds   01 its alarm               0a A: UIP DV2 DV1 DV0 RS3 RS2 RS1 RS0
 *   02 minutes   03 its alarm               0b B: SET PIE AIE UIE SQWE DM 24/12 DSE
 *   04 hours     05 its alarm               0c C: IRQF PF AF UF 0 0 0 0   (a read clears it)
 *   06 day of the week, Sunday is 1         0d D: VRT 0 0 0 0 0 0 0
 *   07 day  08 month  09 year  32 century   0f shutdown status
 *
 *   10..2d configuration, with its sum in 2e, 2f      15, 16  base memory, KB
 *   14     equipment                                  17, 18 and 30, 31  memory above 1 MB, KB
 *   34, 35 memory above 16 MB, in 64 KB               (each the low byte first)
 *
 * The clock starts at the configured second and goes on in virtual time; the host's clock is not
 * asked. It counts in the registers themselves, so the guest can set it; a date that does not exist
 * (30 February) becomes the day that it would be (1 or 2 March) when the clock next moves. UIP is
 * set for the 244 us before an update and the 1984 us of it. SQW goes nowhere.
 *
 * Not modelled: daylight saving (DSE is kept but does nothing), bytes beyond 0x7f.
 */
#ifndef FORKSCOPE_DEVICES_CMOS_H
#define FORKSCOPE_DEVICES_CMOS_H

#include "devices/device.h"

enum { CMOS_SIZE = 128 };

/* What the set-up program of a PC would have stored. */
struct cmos_config {
    int64_t epoch;      /* what the clock shows at power-on, in seconds since 1970 */
    uint32_t ram_bytes; /* all of the memory */
    uint8_t equipment;  /* byte 0x14 */
};

struct cmos_state {
    uint8_t bytes[CMOS_SIZE]; /* register C holds the flags without IRQF */
    uint8_t index;
    bool nmi_masked;
    int64_t second;  /* when the second that the clock shows began, ns */
    int64_t periods; /* periodic ticks since then */
};

struct cmos {
    struct cmos_state s;
    struct irq_line irq;
    struct device_timer timer;
};

void cmos_init(struct cmos *cmos, const struct cmos_config *config, struct irq_line irq,
               struct device_timer timer);

/* The reset pin: the battery keeps time and RAM. */
void cmos_reset(struct cmos *cmos);
void cmos_timer(void *cmos);

static inline bool cmos_nmi_masked(const struct cmos *cmos)
{
    return cmos->s.nmi_masked;
}

extern const struct device_ports cmos_ports; /* 0x70, 0x71 */

#endif
