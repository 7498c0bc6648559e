#include "devices/cmos.h"

#include "devices/calendar.h"
#include "devices/oscillator.h"

enum cmos_register {
    SECONDS,
    SECONDS_ALARM,
    MINUTES,
    MINUTES_ALARM,
    HOURS,
    HOURS_ALARM,
    DAY_OF_WEEK,
    DAY,
    MONTH,
    YEAR,
    REGISTER_A,
    REGISTER_B,
    REGISTER_C,
    REGISTER_D,
    SUMMED_FIRST = 0x10,
    EQUIPMENT = 0x14,
    BASE_MEMORY = 0x15,
    EXTENDED_MEMORY = 0x17,
    SUMMED_LAST = 0x2d,
    CHECKSUM = 0x2e, /* the high byte first */
    EXTENDED_MEMORY_FOUND = 0x30,
    CENTURY = 0x32,
    MEMORY_ABOVE_16M = 0x34,
};

enum {
    A_UIP = 0x80,
    A_DIVIDER = 0x70,
    A_DIVIDER_RUNS = 0x20, /* a 32.768 kHz crystal */
    A_RATE = 0x0f,
    B_SET = 0x80,
    B_UIE = 0x10,
    B_SQWE = 0x08,
    B_BINARY = 0x04,
    B_24_HOURS = 0x02,
    /* Enable bits in B and flags in C have the same places. */
    PERIODIC = 0x40,
    ALARM = 0x20,
    UPDATE = 0x10,
    INTERRUPTS = PERIODIC | ALARM | UPDATE,
    C_IRQF = 0x80,
    D_VALID = 0x80,
    HOURS_PM = 0x80,
    ALARM_ANY = 0xc0, /* an alarm byte with these bits matches always */
    PORT_NMI_MASK = 0x80,
    FLOATING = 0xff,

    SECONDS_A_DAY = 86400,
    BASE_MEMORY_KB = 640,
    UPDATE_NS = 2228000, /* the warning and the update itself */
    HALF_SECOND_NS = 500000000
};

static unsigned decode(const struct cmos_state *s, uint8_t byte)
{
    return s->bytes[REGISTER_B] & B_BINARY ? byte : (byte >> 4) * 10 + (byte & 15);
}

static uint8_t encode(const struct cmos_state *s, unsigned value)
{
    return s->bytes[REGISTER_B] & B_BINARY ? value : (value / 10 << 4 | value % 10);
}

static unsigned decode_hour(const struct cmos_state *s, uint8_t byte)
{
    if (s->bytes[REGISTER_B] & B_24_HOURS)
        return decode(s, byte);
    return decode(s, byte & ~HOURS_PM) % 12 + (byte & HOURS_PM ? 12 : 0);
}

static uint8_t encode_hour(const struct cmos_state *s, unsigned hour)
{
    if (s->bytes[REGISTER_B] & B_24_HOURS)
        return encode(s, hour);
    uint8_t twelve = encode(s, hour % 12 ? hour % 12 : 12);
    return twelve | (hour >= 12 ? HOURS_PM : 0);
}

static int64_t second_of_day(const struct cmos_state *s)
{
    return decode_hour(s, s->bytes[HOURS]) * 3600 + decode(s, s->bytes[MINUTES]) * 60 +
           decode(s, s->bytes[SECONDS]);
}

static int64_t days(const struct cmos_state *s)
{
    return calendar_days((struct date){
        .year = decode(s, s->bytes[CENTURY]) * 100 + decode(s, s->bytes[YEAR]),
        .month = s->bytes[MONTH] ? decode(s, s->bytes[MONTH]) : 1,
        .day = s->bytes[DAY] ? decode(s, s->bytes[DAY]) : 1,
    });
}

static void show_time(struct cmos_state *s, int64_t day, int64_t second)
{
    s->bytes[HOURS] = encode_hour(s, second / 3600);
    s->bytes[MINUTES] = encode(s, second / 60 % 60);
    s->bytes[SECONDS] = encode(s, second % 60);

    struct date date = calendar_date(day);
    s->bytes[DAY] = encode(s, date.day);
    s->bytes[MONTH] = encode(s, date.month);
    s->bytes[YEAR] = encode(s, date.year % 100);
    s->bytes[CENTURY] = encode(s, date.year / 100 % 100);
}

/* The day of the week is counted, not computed: the guest may have set it to anything. */
static void advance_weekday(struct cmos_state *s, int64_t by)
{
    unsigned today = (decode(s, s->bytes[DAY_OF_WEEK]) + 6) % 7;
    s->bytes[DAY_OF_WEEK] = encode(s, (today + by) % 7 + 1);
}

static void advance_clock(struct cmos_state *s, int64_t seconds)
{
    int64_t day = days(s);
    int64_t second = second_of_day(s) + seconds;
    int64_t passed = second / SECONDS_A_DAY;
    show_time(s, day + passed, second % SECONDS_A_DAY);
    if (passed)
        advance_weekday(s, passed);
}

static bool alarm_is_any(const struct cmos_state *s, enum cmos_register reg)
{
    return (s->bytes[reg] & ALARM_ANY) == ALARM_ANY;
}

/* The first second of a day, not before `from`, that the alarm bytes match; -1 when none does. */
static int64_t next_match(const struct cmos_state *s, int64_t from)
{
    bool any_hour = alarm_is_any(s, HOURS_ALARM), any_minute = alarm_is_any(s, MINUTES_ALARM);
    bool any_second = alarm_is_any(s, SECONDS_ALARM);
    int64_t hour = decode_hour(s, s->bytes[HOURS_ALARM]);
    int64_t minute = decode(s, s->bytes[MINUTES_ALARM]);
    int64_t second = decode(s, s->bytes[SECONDS_ALARM]);
    if (!any_second && second >= 60)
        return -1;

    /* Steps over whole hours, minutes and seconds that cannot match. */
    for (int64_t at = from; at < SECONDS_A_DAY;) {
        if (!any_hour && at / 3600 != hour)
            at += 3600 - at % 3600;
        else if (!any_minute && at / 60 % 60 != minute)
            at += 60 - at % 60;
        else if (!any_second && at % 60 != second)
            at += (second - at % 60 + 60) % 60;
        else
            return at;
    }
    return -1;
}

/* In how many seconds (1 or more) the alarm comes; -1 for never. */
static int64_t seconds_to_alarm(const struct cmos_state *s)
{
    int64_t now = second_of_day(s) % SECONDS_A_DAY;
    int64_t at = next_match(s, now + 1);
    if (at >= 0)
        return at - now;
    at = next_match(s, 0);
    return at < 0 ? -1 : at + SECONDS_A_DAY - now;
}

/* Periodic interrupts a second; 0 for none. */
static int64_t periodic_rate(const struct cmos_state *s)
{
    unsigned rate = s->bytes[REGISTER_A] & A_RATE;
    if (rate == 0)
        return 0;
    return 32768 >> (rate <= 2 ? rate + 6 : rate - 1);
}

static bool divider_runs(const struct cmos_state *s)
{
    return (s->bytes[REGISTER_A] & A_DIVIDER) == A_DIVIDER_RUNS;
}

static bool is_set(const struct cmos_state *s)
{
    return s->bytes[REGISTER_B] & B_SET;
}

/* Whole seconds have passed: the clock moves, unless the guest holds it to set it. */
static void pass_seconds(struct cmos_state *s, int64_t seconds)
{
    s->second += seconds * NS_PER_SECOND;
    s->periods = 0;
    if (periodic_rate(s))
        s->bytes[REGISTER_C] |= PERIODIC;
    if (is_set(s))
        return;
    int64_t alarm = seconds_to_alarm(s);
    if (alarm >= 0 && alarm <= seconds)
        s->bytes[REGISTER_C] |= ALARM;
    s->bytes[REGISTER_C] |= UPDATE;
    advance_clock(s, seconds);
}

/* Brings the registers up to virtual time. */
static void settle(struct cmos *cmos)
{
    struct cmos_state *s = &cmos->s;
    if (!divider_runs(s))
        return;
    int64_t passed = device_timer_now(&cmos->timer) - s->second;
    if (passed >= NS_PER_SECOND)
        pass_seconds(s, passed / NS_PER_SECOND);
    int64_t periods = oscillator_ticks(periodic_rate(s), passed % NS_PER_SECOND);
    if (periods > s->periods)
        s->bytes[REGISTER_C] |= PERIODIC;
    s->periods = periods;
}

static bool irq_flag(const struct cmos_state *s)
{
    return s->bytes[REGISTER_C] & s->bytes[REGISTER_B] & INTERRUPTS;
}

/* When one of the enabled interrupts is due next. */
static int64_t next_interrupt(const struct cmos_state *s)
{
    uint8_t enabled = s->bytes[REGISTER_B];
    int64_t next = INT64_MAX;
    int64_t rate = periodic_rate(s);
    if (enabled & PERIODIC && rate)
        next = s->second + oscillator_ns(rate, s->periods + 1);
    if (enabled & (UPDATE | ALARM) && !is_set(s)) {
        int64_t seconds = enabled & UPDATE ? 1 : seconds_to_alarm(s);
        int64_t at = s->second + seconds * NS_PER_SECOND;
        if (seconds > 0 && at < next)
            next = at;
    }
    return next == INT64_MAX ? TIMER_NEVER : next;
}

/* After any change. While the line is up nothing more can happen to it before C is read. */
static void update(struct cmos *cmos)
{
    const struct cmos_state *s = &cmos->s;
    bool quiet = irq_flag(s) || !divider_runs(s);
    irq_line_set(&cmos->irq, irq_flag(s));
    device_timer_arm(&cmos->timer, quiet ? TIMER_NEVER : next_interrupt(s));
}

void cmos_timer(void *device)
{
    settle(device);
    update(device);
}

static uint8_t read_a(struct cmos *cmos)
{
    const struct cmos_state *s = &cmos->s;
    int64_t left = s->second + NS_PER_SECOND - device_timer_now(&cmos->timer);
    bool updating = divider_runs(s) && !is_set(s) && left <= UPDATE_NS;
    return s->bytes[REGISTER_A] | (updating ? A_UIP : 0);
}

static uint8_t read_c(struct cmos_state *s)
{
    uint8_t value = s->bytes[REGISTER_C] | (irq_flag(s) ? C_IRQF : 0);
    s->bytes[REGISTER_C] = 0;
    return value;
}

static void write_a(struct cmos *cmos, uint8_t value)
{
    struct cmos_state *s = &cmos->s;
    bool ran = divider_runs(s);
    s->bytes[REGISTER_A] = value & ~A_UIP;
    /* The first update comes half a second after the divider's reset. */
    if (!ran)
        s->second = device_timer_now(&cmos->timer) - HALF_SECOND_NS;
    int64_t into = device_timer_now(&cmos->timer) - s->second;
    s->periods = oscillator_ticks(periodic_rate(s), into);
}

static void write_byte(struct cmos *cmos, uint8_t value)
{
    struct cmos_state *s = &cmos->s;
    switch (s->index) {
    case REGISTER_A:
        write_a(cmos, value);
        break;
    case REGISTER_B:
        s->bytes[REGISTER_B] = value & B_SET ? value & ~B_UIE : value;
        break;
    case REGISTER_C:
    case REGISTER_D:
        break;
    default:
        s->bytes[s->index] = value;
    }
}

static uint8_t read_byte(struct cmos *cmos)
{
    struct cmos_state *s = &cmos->s;
    switch (s->index) {
    case REGISTER_A:
        return read_a(cmos);
    case REGISTER_C:
        return read_c(s);
    default:
        return s->bytes[s->index];
    }
}

static void cmos_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct cmos *cmos = device;
    (void)size;
    if (reg == 0) {
        cmos->s.index = value & ~PORT_NMI_MASK;
        cmos->s.nmi_masked = value & PORT_NMI_MASK;
        return;
    }
    settle(cmos);
    write_byte(cmos, value);
    update(cmos);
}

static uint32_t cmos_in(void *device, unsigned reg, unsigned size)
{
    struct cmos *cmos = device;
    (void)size;
    if (reg == 0)
        return FLOATING;
    settle(cmos);
    uint8_t value = read_byte(cmos);
    update(cmos);
    return value;
}

static void store_word(struct cmos_state *s, unsigned at, uint32_t value)
{
    s->bytes[at] = value;
    s->bytes[at + 1] = value >> 8;
}

static uint32_t at_most_word(uint32_t value)
{
    return value > 0xffff ? 0xffff : value;
}

static void store_memory_size(struct cmos_state *s, uint32_t bytes)
{
    const uint32_t kb = 1 << 10, mb = 1 << 20;
    uint32_t base = bytes / kb < BASE_MEMORY_KB ? bytes / kb : BASE_MEMORY_KB;
    uint32_t extended = bytes > mb ? at_most_word((bytes - mb) / kb) : 0;
    store_word(s, BASE_MEMORY, base);
    store_word(s, EXTENDED_MEMORY, extended);
    store_word(s, EXTENDED_MEMORY_FOUND, extended);
    store_word(s, MEMORY_ABOVE_16M, bytes > 16 * mb ? (bytes - 16 * mb) / (64 * kb) : 0);
}

static void store_checksum(struct cmos_state *s)
{
    unsigned sum = 0;
    for (unsigned i = SUMMED_FIRST; i <= SUMMED_LAST; i++)
        sum += s->bytes[i];
    s->bytes[CHECKSUM] = sum >> 8;
    s->bytes[CHECKSUM + 1] = sum;
}

/* Century and year hold the years 0 to 9999; an epoch outside gives the nearest second inside. */
static void store_epoch(struct cmos_state *s, int64_t epoch)
{
    const int64_t first = -(int64_t)CALENDAR_UNIX_EPOCH * SECONDS_A_DAY;
    const int64_t last = first + calendar_days((struct date){10000, 1, 1}) * SECONDS_A_DAY - 1;
    int64_t second = (epoch < first ? first : epoch > last ? last : epoch) - first;
    show_time(s, second / SECONDS_A_DAY, second % SECONDS_A_DAY);
    s->bytes[DAY_OF_WEEK] = encode(s, calendar_weekday(second / SECONDS_A_DAY));
}

void cmos_reset(struct cmos *cmos)
{
    settle(cmos);
    cmos->s.bytes[REGISTER_B] &= ~(INTERRUPTS | B_SQWE);
    cmos->s.bytes[REGISTER_C] = 0;
    cmos->s.nmi_masked = false;
    update(cmos);
}

void cmos_init(struct cmos *cmos, const struct cmos_config *config, struct irq_line irq,
               struct device_timer timer)
{
    *cmos = (struct cmos){.irq = irq, .timer = timer};
    struct cmos_state *s = &cmos->s;
    s->bytes[REGISTER_A] = A_DIVIDER_RUNS | 6; /* 1024 Hz, as the BIOS sets it */
    s->bytes[REGISTER_B] = B_24_HOURS;
    s->bytes[REGISTER_D] = D_VALID;
    s->bytes[EQUIPMENT] = config->equipment;
    s->second = device_timer_now(&timer);
    store_epoch(s, config->epoch);
    store_memory_size(s, config->ram_bytes);
    store_checksum(s);
    cmos_reset(cmos);
}

const struct device_ports cmos_ports = {.in = cmos_in, .out = cmos_out, .count = 2, .max_size = 1};
