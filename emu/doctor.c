/*
 * The `doctor` verb: what this build and this machine can do. It reads, it changes nothing.
 */
#include <elfutils/version.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cpu/engine.h"
#include "emu/exitcode.h"
#include "emu/guest/disasm.h"
#include "emu/support/log.h"
#include "emu/trace/trace_form.h"
#include "emu/verbs.h"
#include "emu/viewer_build.h"

static void print_build(void)
{
    printf("forkscope      %s, %s\n", FORKSCOPE_VERSION, __VERSION__);
    printf("libelf, libdw  %d.%d\n", _ELFUTILS_VERSION / 1000, _ELFUTILS_VERSION % 1000);
    printf("viewer         window %s, pictures %s, letters %s\n",
           viewer_has_window ? "yes" : "no: built without libsdl2-dev",
           viewer_has_png ? "yes" : "no: built without libpng-dev", viewer_letters());
    printf("recordings     %s\n", trace_forms_note());
    printf("disassembly    %s\n", disasm_available() ? "yes" : "no: built without libzydis-dev");
}

static void print_engines(void)
{
    printf("engines       ");
    for (unsigned i = 0; cpu_engines[i]; i++)
        printf(" %s%s", cpu_engines[i]->name, i == 0 ? " (default)" : "");
    printf("\nprocessors     386, 486, pentium, i686 (default)\n");
}

static void print_host(void)
{
    struct utsname host;

    if (uname(&host) == 0)
        printf("host           %s %s, %ld processors\n", host.sysname, host.machine,
               sysconf(_SC_NPROCESSORS_ONLN));
}

/* The largest guest's memory must at least be addressable; it is only used page by page. */
static int check_memory(void)
{
    const size_t most = (size_t)1 << 30;
    void *ram = mmap(NULL, most, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (ram == MAP_FAILED) {
        printf("memory         no: 1024 MB cannot be mapped (%s): use a smaller -m\n",
               strerror(errno));
        return EXITCODE_EMULATOR;
    }
    munmap(ram, most);
    printf("memory         ok: guests of up to 1024 MB\n");
    return EXITCODE_OK;
}

int doctor_main(int argc, char **argv)
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        printf("usage: forkscope doctor\n\n"
               "Says what this build and this machine can do, and what is missing.\n\n"
               "Exit codes: 0 ready, 2 usage, 4 something needed is missing.\n");
        return EXITCODE_OK;
    }
    if (argc > 1) {
        log_error("doctor takes no argument, not '%s'", argv[1]);
        return EXITCODE_USAGE;
    }
    print_build();
    print_engines();
    print_host();
    return check_memory();
}
