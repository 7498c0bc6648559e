#include "emu/guest/syscalls.h"

#include <stdio.h>
#include <string.h>

static const struct syscall_info linux_calls[] = {
#define SYSCALL(nr, name, args, result) {nr, #name, args, result},
#include "emu/guest/syscalls.def"
#undef SYSCALL
};

static const struct syscall_info xv6_calls[] = {
#define SYSCALL(nr, name, args, result)                                                            \
    {nr + (SYSCALL_XV6 << SYSCALL_ABI_SHIFT), #name, args, result},
#include "emu/guest/syscalls_xv6.def"
#undef SYSCALL
};

struct name {
    uint32_t value;
    const char *text;
};

#define ERRNO(value, name)
#define SIGNAL(value, name)
#define CLONE_FLAG(value, name)

static const struct name errors[] = {
#undef ERRNO
#define ERRNO(value, name) {value, #name},
#include "emu/guest/abi_names.def"
#undef ERRNO
#define ERRNO(value, name)
};

static const struct name signals[] = {
#undef SIGNAL
#define SIGNAL(value, name) {value, #name},
#include "emu/guest/abi_names.def"
#undef SIGNAL
#define SIGNAL(value, name)
};

static const struct name clone_flags[] = {
#undef CLONE_FLAG
#define CLONE_FLAG(value, name) {value, #name},
#include "emu/guest/abi_names.def"
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { CSIGNAL = 0xff, ERRNO_MAX = 4095 };

static const struct abi {
    const char *name;
    const struct syscall_info *calls; /* by number */
    size_t count;
} abis[SYSCALL_ABIS] = {
    [SYSCALL_LINUX] = {"linux", linux_calls, COUNT(linux_calls)},
    [SYSCALL_XV6] = {"xv6", xv6_calls, COUNT(xv6_calls)},
};

const char *syscall_abi_name(enum syscall_abi abi)
{
    return abis[abi].name;
}

enum syscall_abi syscall_abi_of(uint32_t nr)
{
    return nr >> SYSCALL_ABI_SHIFT == SYSCALL_XV6 ? SYSCALL_XV6 : SYSCALL_LINUX;
}

/* What is no call of that ABI must not look like one of another. */
uint32_t syscall_nr(enum syscall_abi abi, uint32_t given)
{
    uint32_t nr = given + ((uint32_t)abi << SYSCALL_ABI_SHIFT);

    return syscall_abi_of(nr) == abi && nr >= given ? nr : given | 0x80000000;
}

uint32_t syscall_given(uint32_t nr)
{
    return nr - ((uint32_t)syscall_abi_of(nr) << SYSCALL_ABI_SHIFT);
}

const struct syscall_info *syscall_by_nr(uint32_t nr)
{
    const struct syscall_info *calls = abis[syscall_abi_of(nr)].calls;
    size_t low = 0, count = abis[syscall_abi_of(nr)].count, high = count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (calls[mid].nr < nr)
            low = mid + 1;
        else
            high = mid;
    }
    return low < count && calls[low].nr == nr ? &calls[low] : NULL;
}

const struct syscall_info *syscall_by_name(enum syscall_abi abi, const char *name)
{
    const struct syscall_info *calls = abis[abi].calls;

    for (size_t i = 0; i < abis[abi].count; i++)
        if (calls[i].name[0] == name[0] && strcmp(calls[i].name, name) == 0)
            return &calls[i];
    return NULL;
}

static const char *find_name(const struct name *names, size_t count, uint32_t value)
{
    for (size_t i = 0; i < count; i++)
        if (names[i].value == value)
            return names[i].text;
    return NULL;
}

char syscall_result_letter(uint32_t nr)
{
    const struct syscall_info *info = syscall_by_nr(nr);
    char unknown = syscall_abi_of(nr) == SYSCALL_LINUX ? 'd' : 'i';

    return info ? info->result : unknown;
}

bool syscall_forks(uint32_t nr)
{
    static const char *const names[] = {"fork", "vfork", "clone"};
    const struct syscall_info *info = syscall_by_nr(nr);

    for (size_t i = 0; info != NULL && i < COUNT(names); i++)
        if (strcmp(info->name, names[i]) == 0)
            return true;
    return false;
}

bool syscall_forks_linux(uint32_t nr)
{
    return syscall_abi_of(nr) == SYSCALL_LINUX && syscall_forks(nr);
}

unsigned syscall_arg_count(uint32_t nr)
{
    enum { UNKNOWN_CALL = 3 };
    const struct syscall_info *info = syscall_by_nr(nr);

    return info && strcmp(info->args, "?") != 0 ? (unsigned)strlen(info->args) : UNKNOWN_CALL;
}

const char *errno_name(int number)
{
    return find_name(errors, COUNT(errors), (uint32_t)number);
}

const char *signal_name(int number)
{
    return find_name(signals, COUNT(signals), (uint32_t)number);
}

static bool find_value(const struct name *names, size_t count, const char *text, size_t length,
                       uint32_t *value)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(names[i].text, text, length) == 0 && names[i].text[length] == '\0') {
            *value = names[i].value;
            return true;
        }
    return false;
}

bool abi_name_parse(const char *text, size_t length, uint32_t *value)
{
    if (length == 0)
        return false;
    if (text[0] != '-')
        return find_value(signals, COUNT(signals), text, length, value) ||
               find_value(clone_flags, COUNT(clone_flags), text, length, value);
    if (!find_value(errors, COUNT(errors), text + 1, length - 1, value))
        return false;
    *value = 0 - *value;
    return true;
}

bool syscall_is_error(uint32_t value)
{
    return value > UINT32_MAX - ERRNO_MAX;
}

bool syscall_gives_address(uint32_t nr, uint32_t value)
{
    const struct syscall_info *info = syscall_by_nr(nr);

    return info != NULL && info->result == 'x' && !syscall_is_error(value);
}

static void append(char *buf, size_t size, const char *text)
{
    size_t length = strlen(buf);

    snprintf(buf + length, size - length, "%s%s", length ? "|" : "", text);
}

const char *clone_flags_format(uint32_t flags, char *buf, size_t size)
{
    const char *signal = signal_name((int)(flags & CSIGNAL));
    uint32_t rest = flags & ~(uint32_t)CSIGNAL;
    char number[16];

    buf[0] = '\0';
    for (size_t i = 0; i < COUNT(clone_flags); i++)
        if (rest & clone_flags[i].value) {
            append(buf, size, clone_flags[i].text);
            rest &= ~clone_flags[i].value;
        }
    rest |= signal ? 0 : flags & CSIGNAL;
    if (signal != NULL)
        append(buf, size, signal);
    if (rest != 0 || flags == 0) {
        snprintf(number, sizeof(number), rest ? "0x%x" : "%u", rest);
        append(buf, size, number);
    }
    return buf;
}

const char *syscall_result_format(char result, uint32_t value, char *buf, size_t size)
{
    const char *error =
        result != 'i' && syscall_is_error(value) ? errno_name(-(int32_t)value) : NULL;

    if (error != NULL)
        snprintf(buf, size, "-%s", error);
    else if (result == 'x')
        snprintf(buf, size, "0x%08x", value);
    else if (result == 'o')
        snprintf(buf, size, "%#o", value);
    else
        snprintf(buf, size, "%d", (int32_t)value);
    return buf;
}
