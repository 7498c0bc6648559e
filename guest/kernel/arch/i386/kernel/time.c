/* The 8254 that ticks at 100 Hz, and the CMOS clock that knows the date at boot. */
#include <asm/io.h>
#include <asm/ptrace.h>
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/timer.h>

#define PIT_CHANNEL0 0x40
#define PIT_MODE     0x43
#define PIT_RATE_GEN 0x34 /* channel 0, low then high byte, mode 2 */
#define PIT_HZ       1193182

#define CMOS_INDEX 0x70
#define CMOS_DATA  0x71
enum {
    RTC_SEC = 0,
    RTC_MIN = 2,
    RTC_HOUR = 4,
    RTC_DAY = 7,
    RTC_MONTH = 8,
    RTC_YEAR = 9,
    RTC_STATUS_A = 10,
    RTC_STATUS_B = 11
};
#define RTC_A_UPDATING 0x80
#define RTC_B_BINARY   0x04

time_t boot_time;

static unsigned int cmos_read(u8 reg)
{
    outb(reg, CMOS_INDEX);
    return inb(CMOS_DATA);
}

static unsigned int rtc_field(u8 reg)
{
    unsigned int v = cmos_read(reg);
    if (cmos_read(RTC_STATUS_B) & RTC_B_BINARY)
        return v;
    return (v >> 4) * 10 + (v & 15);
}

/* Seconds since 1970, Gregorian calendar, years 2000..2099. */
static time_t make_time(int year, int month, int day, int hour, int min, int sec)
{
    static const u16 days_before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int years = year - 1970;
    long days = years * 365 + (years + 1) / 4 + days_before[month - 1] + day - 1;

    if (month > 2 && year % 4 == 0)
        days++;
    return ((days * 24 + hour) * 60 + min) * 60 + sec;
}

static time_t get_cmos_time(void)
{
    for (int i = 0; i < 100000 && (cmos_read(RTC_STATUS_A) & RTC_A_UPDATING); i++)
        ;
    unsigned int month = rtc_field(RTC_MONTH);
    if (month < 1 || month > 12) /* no clock: open bus */
        return 0;
    return make_time(2000 + rtc_field(RTC_YEAR), month, rtc_field(RTC_DAY), rtc_field(RTC_HOUR),
                     rtc_field(RTC_MIN), rtc_field(RTC_SEC));
}

static void timer_interrupt(int irq, struct pt_regs *regs)
{
    do_timer(user_mode(regs));
}

void time_init(void)
{
    u32 divisor = (PIT_HZ + HZ / 2) / HZ;

    boot_time = get_cmos_time();
    outb(PIT_RATE_GEN, PIT_MODE);
    outb(divisor & 0xff, PIT_CHANNEL0);
    outb(divisor >> 8, PIT_CHANNEL0);
    request_irq(TIMER_IRQ, timer_interrupt);
}
