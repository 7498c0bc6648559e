#include "devices/pit.h"

#include "devices/oscillator.h"

enum {
    PIT_CONTROL = 3, /* the register after the three counters */
    CONTROL_BCD = 0x01,
    CONTROL_STORED = 0x3f, /* all but the counter's number */
    ACCESS_LATCH = 0,
    ACCESS_LOW = 1,
    ACCESS_HIGH = 2,
    ACCESS_BOTH = 3,
    READ_BACK = 3,
    READ_BACK_NO_STATUS = 0x10,
    READ_BACK_NO_COUNT = 0x20,
    STATUS_NULL_COUNT = 0x40,
    STATUS_OUT = 0x80,
    FLOATING = 0xff
};

enum pit_mode {
    MODE_EVENT,
    MODE_ONE_SHOT,
    MODE_RATE,
    MODE_SQUARE,
    MODE_SOFT_STROBE,
    MODE_HARD_STROBE,
};

static const int64_t PIT_NO_TICK = INT64_MAX;

static enum pit_mode mode_of(const struct pit_channel_state *c)
{
    unsigned mode = c->control >> 1 & 7;
    return mode > MODE_HARD_STROBE ? mode & 3 : mode; /* 6 and 7 are 2 and 3 */
}

static unsigned access_of(const struct pit_channel_state *c)
{
    return c->control >> 4 & 3;
}

static bool is_periodic(enum pit_mode mode)
{
    return mode == MODE_RATE || mode == MODE_SQUARE;
}

static bool starts_on_gate(enum pit_mode mode)
{
    return mode == MODE_ONE_SHOT || mode == MODE_HARD_STROBE;
}

static uint32_t modulus(const struct pit_channel_state *c)
{
    return c->control & CONTROL_BCD ? 10000 : 0x10000;
}

static uint32_t clocks_of(const struct pit_channel_state *c, uint16_t written)
{
    uint32_t clocks = written;
    if (c->control & CONTROL_BCD)
        clocks = (written >> 12) * 1000 + (written >> 8 & 15) * 100 + (written >> 4 & 15) * 10 +
                 (written & 15);
    return clocks ? clocks : modulus(c);
}

static uint16_t as_read(const struct pit_channel_state *c, uint32_t value)
{
    value %= modulus(c);
    if (!(c->control & CONTROL_BCD))
        return value;
    return value / 1000 << 12 | value / 100 % 10 << 8 | value / 10 % 10 << 4 | value % 10;
}

/* What the counting element holds at tick `now`; the channel must be settled to it. */
static uint16_t current_count(const struct pit_channel_state *c, int64_t now)
{
    int64_t elapsed = c->held ? c->elapsed : now - c->start;
    if (!c->count)
        return 0;
    if (mode_of(c) == MODE_SQUARE)
        return as_read(c, (c->count & ~1u) - 2 * elapsed);
    /* Past zero the other modes count on, from 0xffff or 9999 down. */
    int64_t wrapped = (c->count - elapsed) % (int64_t)modulus(c);
    return as_read(c, wrapped < 0 ? wrapped + modulus(c) : wrapped);
}

/* How long after the load OUT changes next. */
static int64_t ticks_to_edge(const struct pit_channel_state *c)
{
    switch (mode_of(c)) {
    case MODE_RATE:
        return c->out ? c->count - 1 : c->count;
    case MODE_SQUARE:
        return c->out ? (c->count + 1) / 2 : c->count / 2;
    case MODE_SOFT_STROBE:
    case MODE_HARD_STROBE:
        return c->out ? c->count : c->count + 1;
    case MODE_EVENT:
    case MODE_ONE_SHOT:
        break;
    }
    return c->count;
}

/* The tick at which something happens to the channel next. A load wins over an edge. */
static int64_t next_event(const struct pit_channel_state *c)
{
    if (c->load_at != PIT_NO_TICK && is_periodic(mode_of(c)))
        return c->load_at;
    if (!c->count || c->held || c->expired)
        return c->load_at;
    int64_t edge = c->start + ticks_to_edge(c);
    return edge < c->load_at ? edge : c->load_at;
}

static void set_out(struct pit *pit, unsigned n, bool level)
{
    if (pit->s.channel[n].out == level)
        return;
    pit->s.channel[n].out = level;
    irq_line_set(&pit->out[n], level);
}

static void load(struct pit_channel_state *c, int64_t at)
{
    uint32_t least = is_periodic(mode_of(c)) ? 2 : 1;
    c->count = c->reload < least ? least : c->reload;
    c->start = at;
    c->elapsed = 0;
    c->load_at = PIT_NO_TICK;
    c->null_count = false;
    c->expired = false;
}

static void edge(struct pit *pit, unsigned n, int64_t at)
{
    struct pit_channel_state *c = &pit->s.channel[n];
    bool level = !c->out;
    switch (mode_of(c)) {
    case MODE_EVENT:
    case MODE_ONE_SHOT:
        level = true;
        c->expired = true;
        break;
    case MODE_RATE:
        if (level)
            load(c, at);
        break;
    case MODE_SQUARE:
        load(c, at);
        break;
    case MODE_SOFT_STROBE:
    case MODE_HARD_STROBE:
        c->expired = level;
        break;
    }
    set_out(pit, n, level);
}

/* A periodic channel at the start of a cycle that began at `at`: leaves out the whole cycles
 * before `now`, which nobody has looked at. */
static void skip_cycles(struct pit_channel_state *c, int64_t at, int64_t now)
{
    if (is_periodic(mode_of(c)) && c->out && c->start == at)
        c->start += (now - at) / c->count * c->count;
}

/* Lets everything happen to the channel that is due at tick `now`. */
static void settle(struct pit *pit, unsigned n, int64_t now)
{
    struct pit_channel_state *c = &pit->s.channel[n];
    for (int64_t at; (at = next_event(c)) <= now; skip_cycles(c, at, now)) {
        if (at != c->load_at) {
            edge(pit, n, at);
            continue;
        }
        load(c, at);
        set_out(pit, n, mode_of(c) != MODE_EVENT && mode_of(c) != MODE_ONE_SHOT);
    }
}

/* Stops and resumes counting as the gate and half-written counts ask for. */
static void update_hold(struct pit_channel_state *c, int64_t now)
{
    bool half_written = mode_of(c) == MODE_EVENT && c->write_high;
    bool hold = half_written || (!c->gate && !starts_on_gate(mode_of(c)));
    if (hold && !c->held)
        c->elapsed = now - c->start;
    else if (!hold && c->held)
        c->start = now - c->elapsed;
    c->held = hold;
}

int64_t pit_ticks(const struct pit *pit)
{
    return oscillator_ticks(PIT_HZ, device_timer_now(&pit->timer));
}

static int64_t settle_all(struct pit *pit)
{
    int64_t now = pit_ticks(pit);
    for (unsigned n = 0; n < PIT_CHANNELS; n++)
        settle(pit, n, now);
    return now;
}

/* Only a channel whose OUT somebody listens to needs to be woken. */
static void arm_next(struct pit *pit)
{
    int64_t next = PIT_NO_TICK;
    for (unsigned n = 0; n < PIT_CHANNELS; n++) {
        int64_t event = next_event(&pit->s.channel[n]);
        if (pit->out[n].fn && event < next)
            next = event;
    }
    device_timer_arm(&pit->timer, next == PIT_NO_TICK ? TIMER_NEVER : oscillator_ns(PIT_HZ, next));
}

void pit_timer(void *device)
{
    struct pit *pit = device;
    settle_all(pit);
    arm_next(pit);
}

bool pit_output(struct pit *pit, unsigned channel)
{
    settle_all(pit);
    return pit->s.channel[channel].out;
}

void pit_set_gate(struct pit *pit, unsigned channel, bool level)
{
    struct pit_channel_state *c = &pit->s.channel[channel];
    int64_t now = settle_all(pit);
    enum pit_mode mode = mode_of(c);
    bool rises = level && !c->gate;

    c->gate = level;
    update_hold(c, now);
    if (rises && c->reload && (is_periodic(mode) || starts_on_gate(mode)))
        c->load_at = now + 1;
    if (!level && is_periodic(mode))
        set_out(pit, channel, true);
    arm_next(pit);
}

static void write_control(struct pit *pit, unsigned n, uint8_t value, int64_t now)
{
    struct pit_channel_state *c = &pit->s.channel[n];
    *c = (struct pit_channel_state){
        .control = value & CONTROL_STORED,
        .gate = c->gate,
        .out = c->out,
        .null_count = true,
        .load_at = PIT_NO_TICK,
    };
    update_hold(c, now);
    set_out(pit, n, mode_of(c) != MODE_EVENT);
}

static void latch_count(struct pit_channel_state *c, int64_t now)
{
    if (c->latched_reads)
        return;
    c->latched = current_count(c, now);
    c->latched_reads = access_of(c) == ACCESS_BOTH ? 2 : 1;
}

static void latch_status(struct pit_channel_state *c)
{
    if (c->status_latched)
        return;
    c->status = c->control | (c->null_count ? STATUS_NULL_COUNT : 0) | (c->out ? STATUS_OUT : 0);
    c->status_latched = true;
}

static void read_back(struct pit *pit, uint8_t command, int64_t now)
{
    for (unsigned n = 0; n < PIT_CHANNELS; n++) {
        if (!(command & 2u << n))
            continue;
        if (!(command & READ_BACK_NO_COUNT))
            latch_count(&pit->s.channel[n], now);
        if (!(command & READ_BACK_NO_STATUS))
            latch_status(&pit->s.channel[n]);
    }
}

static void write_command(struct pit *pit, uint8_t value, int64_t now)
{
    unsigned n = value >> 6;
    if (n == READ_BACK)
        read_back(pit, value, now);
    else if ((value >> 4 & 3) == ACCESS_LATCH)
        latch_count(&pit->s.channel[n], now);
    else
        write_control(pit, n, value, now);
}

/* Puts together the bytes of a count. Returns whether it is complete. */
static bool take_byte(struct pit_channel_state *c, uint8_t byte, uint16_t *written)
{
    switch (access_of(c)) {
    case ACCESS_LOW:
        *written = byte;
        return true;
    case ACCESS_HIGH:
        *written = byte << 8;
        return true;
    default:
        *written = byte << 8 | c->written_low;
        c->written_low = byte;
        c->write_high = !c->write_high;
        return !c->write_high;
    }
}

static void write_count(struct pit *pit, unsigned n, uint8_t byte, int64_t now)
{
    struct pit_channel_state *c = &pit->s.channel[n];
    enum pit_mode mode = mode_of(c);
    uint16_t written;
    bool complete = take_byte(c, byte, &written);

    update_hold(c, now);
    if (mode == MODE_EVENT)
        set_out(pit, n, false);
    if (!complete)
        return;
    c->reload = clocks_of(c, written);
    c->null_count = true;
    /* A running periodic counter takes the new count at the end of its cycle. */
    if (!starts_on_gate(mode) && !(is_periodic(mode) && c->count))
        c->load_at = now + 1;
}

static uint8_t read_count(struct pit_channel_state *c, int64_t now)
{
    if (c->status_latched) {
        c->status_latched = false;
        return c->status;
    }
    uint16_t value = c->latched_reads ? c->latched : current_count(c, now);
    if (c->latched_reads)
        c->latched_reads--;
    if (access_of(c) == ACCESS_LOW)
        return value;
    if (access_of(c) == ACCESS_HIGH)
        return value >> 8;
    c->read_high = !c->read_high;
    return c->read_high ? value : value >> 8;
}

static void pit_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct pit *pit = device;
    (void)size;
    int64_t now = settle_all(pit);
    if (reg == PIT_CONTROL)
        write_command(pit, value, now);
    else
        write_count(pit, reg, value, now);
    arm_next(pit);
}

static uint32_t pit_in(void *device, unsigned reg, unsigned size)
{
    struct pit *pit = device;
    (void)size;
    if (reg == PIT_CONTROL)
        return FLOATING;
    int64_t now = settle_all(pit);
    return read_count(&pit->s.channel[reg], now);
}

void pit_reset(struct pit *pit)
{
    int64_t now = pit_ticks(pit);
    for (unsigned n = 0; n < PIT_CHANNELS; n++)
        write_control(pit, n, ACCESS_BOTH << 4 | MODE_EVENT << 1, now);
    arm_next(pit);
}

void pit_init(struct pit *pit, const struct irq_line out[PIT_CHANNELS], struct device_timer timer)
{
    *pit = (struct pit){.timer = timer};
    for (unsigned n = 0; n < PIT_CHANNELS; n++) {
        pit->out[n] = out[n];
        pit->s.channel[n].gate = true;
    }
    pit_reset(pit);
}

const struct device_ports pit_ports = {.in = pit_in, .out = pit_out, .count = 4, .max_size = 1};
