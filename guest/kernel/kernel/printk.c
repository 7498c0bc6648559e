/* Messages: kept in a ring for syslog(2), and shown on the console: the serial line, or the screen.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#define LOG_SIZE      16384
#define DEFAULT_LEVEL 6

int console_loglevel = 7;
bool console_is_screen;

static char log_buf[LOG_SIZE];
static unsigned long log_end; /* characters ever logged; the last LOG_SIZE of them are there */

static void log_char(char c)
{
    log_buf[log_end++ % LOG_SIZE] = c;
}

unsigned int log_read_all(char *to, unsigned int size)
{
    unsigned int n = min(min(log_end, (unsigned long)LOG_SIZE), (unsigned long)size);

    for (unsigned int i = 0; i < n; i++)
        to[i] = log_buf[(log_end - n + i) % LOG_SIZE];
    return n;
}

/* Splits "<n>text". */
static int take_level(const char **text)
{
    const char *s = *text;

    if (s[0] != '<' || s[1] < '0' || s[1] > '7' || s[2] != '>')
        return DEFAULT_LEVEL;
    *text += 3;
    return s[1] - '0';
}

int printk(const char *fmt, ...)
{
    char buf[512];
    const char *text = buf;
    va_list args;
    int level;

    va_start(args, fmt);
    vsnprintf(buf, sizeof(buf), fmt, args);
    va_end(args);
    level = take_level(&text);
    for (const char *s = text; *s; s++)
        log_char(*s);
    if (level < console_loglevel)
        (console_is_screen ? vt_console_write : serial_console_write)(text, strlen(text));
    return strlen(text);
}
