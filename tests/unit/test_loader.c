#include "emu/boot/loader.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "emu/boot/multiboot.h"
#include "emu/support/bytes.h"
#include "tests/elf_builder.h"

enum { MB = 1 << 20, RAM = 4 * MB };

static const uint8_t code[] = {0xfa, 0xf4, 0xeb, 0xfd}; /* cli; hlt; jmp */
static struct test_kernel k;
static struct loader_request request;
static struct loader_result result;
static uint8_t *ram;
static char why[512];

static void setup(void)
{
    ram = calloc(1, RAM);
    why[0] = '\0';
    test_kernel_build(&k, code, sizeof(code));
    request = (struct loader_request){.name = "k", .kernel = k.bytes, .command_line = "k quiet"};
}

static void teardown(void)
{
    free(ram);
}

static int place(void)
{
    request.kernel_size = k.size;
    return loader_place(ram, RAM, &request, &result, why, sizeof(why));
}

/* The kernel is refused, and the sentence says `what` and names the file. */
static void refused(int error, const char *what)
{
    ck_assert_int_eq(place(), error);
    ck_assert_msg(strstr(why, what) != NULL, "'%s' does not say '%s'", why, what);
    ck_assert_msg(strstr(why, "'k'") != NULL, "'%s' does not name the file", why);
    ck_assert_ptr_null(strchr(why, '\n'));
}

static uint32_t info(unsigned field)
{
    return get_le32(ram + result.info + field);
}

static const char *text(uint32_t at)
{
    return (const char *)ram + at;
}

/* ---- What a good kernel finds ------------------------------------------------------------- */

START_TEST(segments_are_copied_and_cleared)
{
    memset(ram + KERNEL_PADDR, 0xcc, 0x2000);
    k.phdr[0].p_memsz += 0x1000;
    ck_assert_int_eq(place(), 0);
    ck_assert_uint_eq(result.entry, KERNEL_PADDR + KERNEL_HEADER);
    ck_assert_mem_eq(ram + result.entry, code, sizeof(code));
    ck_assert_uint_eq(ram[KERNEL_PADDR + k.phdr[0].p_filesz], 0);
    ck_assert_uint_eq(ram[KERNEL_PADDR + k.phdr[0].p_memsz - 1], 0);
    ck_assert_uint_eq(ram[KERNEL_PADDR + k.phdr[0].p_memsz], 0xcc);
}
END_TEST

START_TEST(a_high_entry_is_translated)
{
    k.phdr[0].p_vaddr = 0xc0100000;
    k.ehdr->e_entry = 0xc0100000 + KERNEL_HEADER;
    ck_assert_int_eq(place(), 0);
    ck_assert_uint_eq(result.entry, KERNEL_PADDR + KERNEL_HEADER);
}
END_TEST

START_TEST(information_is_complete)
{
    ck_assert_int_eq(place(), 0);
    ck_assert_uint_eq(info(MBI_FLAGS),
                      MBI_F_MEMORY | MBI_F_CMDLINE | MBI_F_MMAP | MBI_F_LOADER_NAME);
    ck_assert_uint_eq(info(MBI_MEM_LOWER), 640);
    ck_assert_uint_eq(info(MBI_MEM_UPPER), 3 * 1024);
    ck_assert_str_eq(text(info(MBI_CMDLINE)), "k quiet");
    ck_assert_str_eq(text(info(MBI_BOOT_LOADER_NAME)), "forkscope");
}
END_TEST

/* What the firmware would have left; a kernel that lies there has its own bytes. */
START_TEST(bios_data_is_there)
{
    ck_assert_int_eq(place(), 0);
    ck_assert_uint_eq(get_le32(ram + 0x400), 0x3f8);
    ck_assert_uint_eq(get_le32(ram + 0x413), 640);
    ck_assert_uint_eq(ram[0x449], 3);
    ck_assert_uint_eq(ram[0x44a], 80);
    ck_assert_uint_eq(get_le32(ram + 0x40e) & 0xffff, 0); /* no extended area */
}
END_TEST

START_TEST(memory_map_covers_all)
{
    static const uint32_t expected[3][3] = {
        {0, 0xa0000, 1}, {0xa0000, 0x60000, 2}, {0x100000, 3 * MB, 1}};

    ck_assert_int_eq(place(), 0);
    ck_assert_uint_eq(info(MBI_MMAP_LENGTH), 3 * MMAP_ENTRY);
    for (unsigned i = 0; i < 3; i++) {
        const uint8_t *e = ram + info(MBI_MMAP_ADDR) + (size_t)i * MMAP_ENTRY;

        ck_assert_uint_eq(get_le32(e + MMAP_SIZE), 20);
        ck_assert_uint_eq(get_le32(e + MMAP_BASE), expected[i][0]);
        ck_assert_uint_eq(get_le32(e + MMAP_LENGTH), expected[i][1]);
        ck_assert_uint_eq(get_le32(e + MMAP_TYPE), expected[i][2]);
    }
}
END_TEST

START_TEST(modules_are_page_aligned_and_apart)
{
    static const struct loader_module modules[] = {
        {"one a=1", "first", 5}, {"two", "", 0}, {"three", "third!", 6}};
    uint32_t end = KERNEL_PADDR;

    request.modules = modules;
    request.module_count = 3;
    ck_assert_int_eq(place(), 0);
    ck_assert_uint_eq(info(MBI_MODS_COUNT), 3);
    ck_assert(info(MBI_FLAGS) & MBI_F_MODULES);
    for (unsigned i = 0; i < 3; i++) {
        const uint8_t *m = ram + info(MBI_MODS_ADDR) + (size_t)i * MBM_SIZE;
        uint32_t start = get_le32(m + MBM_START);

        ck_assert_uint_eq(start % 0x1000, 0);
        ck_assert_uint_gt(start, end);
        end = get_le32(m + MBM_END);
        ck_assert_uint_eq(end - start, modules[i].size);
        ck_assert_mem_eq(ram + start, modules[i].bytes, modules[i].size);
        ck_assert_str_eq(text(get_le32(m + MBM_STRING)), modules[i].string);
    }
}
END_TEST

/* A kernel that lies where the information usually goes pushes it up. */
START_TEST(information_avoids_the_kernel)
{
    k.phdr[0].p_paddr = 0x8000;
    k.phdr[0].p_vaddr = 0x8000;
    k.phdr[0].p_memsz = 0x90000;
    k.ehdr->e_entry = 0x8000 + KERNEL_HEADER;
    ck_assert_int_eq(place(), 0);
    ck_assert_uint_ge(result.info, 0x98000);
    ck_assert_mem_eq(ram + result.entry, code, sizeof(code));
    ck_assert_uint_eq(info(MBI_MEM_LOWER), 640);
}
END_TEST

START_TEST(load_addresses_of_the_header_are_taken)
{
    uint32_t load = 0x200000;

    k.header[1] |= MBH_F_ADDRESSES;
    test_kernel_checksum(&k);
    k.header[3] = load + 0x10;                 /* header_addr: 16 bytes behind load_addr */
    k.header[4] = load;                        /* load_addr */
    k.header[5] = 0;                           /* load_end_addr: to the end of the file */
    k.header[6] = load + 0x4000;               /* bss_end_addr */
    k.header[7] = load + 0x10 + KERNEL_HEADER; /* entry_addr */
    memset(ram + load, 0xcc, 0x4000);
    ck_assert_int_eq(place(), 0);
    ck_assert_uint_eq(result.entry, load + 0x10 + KERNEL_HEADER);
    ck_assert_mem_eq(ram + result.entry, code, sizeof(code));
    ck_assert_uint_eq(ram[load + 0x3fff], 0);
}
END_TEST

START_TEST(state_is_as_multiboot_says)
{
    struct cpu_state state = {.cr0 = CR0_ET, .eflags = 0x202};

    ck_assert_int_eq(place(), 0);
    loader_start_state(&result, &state);
    ck_assert_uint_eq(state.gpr[GPR_EAX], 0x2badb002);
    ck_assert_uint_eq(state.gpr[GPR_EBX], result.info);
    ck_assert_uint_eq(state.eip, result.entry);
    ck_assert_uint_eq(state.cr0, CR0_ET | CR0_PE);
    ck_assert_uint_eq(state.eflags, EFLAGS_FIXED);
    ck_assert_uint_eq(state.a20, 1);
    for (unsigned i = 0; i < SEG_COUNT; i++) {
        const struct cpu_segment *seg = &state.seg[i];
        const uint8_t *descriptor = ram + state.gdtr.base + seg->selector;

        ck_assert_uint_eq(seg->base, 0);
        ck_assert_uint_eq(seg->limit, 0xffffffff);
        /* Loading the selector again gives the same cache. */
        ck_assert_uint_eq(get_le32(descriptor), 0x0000ffff);
        ck_assert_uint_eq(get_le32(descriptor + 4) >> 8 & 0xf0ff, seg->attr);
        ck_assert_uint_le(seg->selector + 7, state.gdtr.limit);
    }
}
END_TEST

START_TEST(the_same_input_gives_the_same_bytes)
{
    uint8_t *first = malloc(RAM);

    ck_assert_int_eq(place(), 0);
    memcpy(first, ram, RAM);
    memset(ram, 0, RAM);
    ck_assert_int_eq(place(), 0);
    ck_assert(memcmp(first, ram, RAM) == 0);
    free(first);
}
END_TEST

/* ---- What is refused --------------------------------------------------------------------- */

START_TEST(files_that_are_no_kernel)
{
    k.size = 0;
    refused(-ENOEXEC, "is empty");
    memset(k.bytes, 'x', 100);
    k.size = 100;
    refused(-ENOEXEC, "not an ELF file");
    k.size = 1;
    refused(-ENOEXEC, "not an ELF file");
    memset(k.bytes, 0, 0x400);
    memcpy(k.bytes + 0x202, "HdrS", 4);
    k.size = 0x400;
    refused(-ENOEXEC, "bzImage");
}
END_TEST

START_TEST(elf_of_another_kind)
{
    k.ehdr->e_machine = EM_ARM;
    refused(-ENOEXEC, "another machine");
    k.ehdr->e_machine = EM_386;
    k.ehdr->e_ident[EI_CLASS] = ELFCLASS64;
    refused(-ENOEXEC, "64-bit");
    k.ehdr->e_ident[EI_CLASS] = ELFCLASS32;
    k.ehdr->e_ident[EI_DATA] = ELFDATA2MSB;
    refused(-ENOEXEC, "little-endian");
    k.ehdr->e_ident[EI_DATA] = ELFDATA2LSB;
    k.ehdr->e_type = ET_REL;
    refused(-ENOEXEC, "not a linked executable");
}
END_TEST

START_TEST(program_headers_that_lie)
{
    k.ehdr->e_phnum = 0;
    refused(-ENOEXEC, "no program headers");
    k.ehdr->e_phnum = 1;
    k.ehdr->e_phentsize = 31;
    refused(-ENOEXEC, "program headers of 31 bytes");
    k.ehdr->e_phentsize = sizeof(Elf32_Phdr);
    k.ehdr->e_phoff = 0xfffffff0;
    refused(-ENOEXEC, "cut short");
    k.ehdr->e_phoff = sizeof(Elf32_Ehdr);
    k.phdr[0].p_type = PT_NOTE;
    refused(-ENOEXEC, "no loadable segment");
}
END_TEST

START_TEST(segments_that_lie)
{
    k.phdr[0].p_filesz = k.phdr[0].p_memsz + 1;
    refused(-ENOEXEC, "more bytes in the file");
    k.phdr[0].p_filesz = k.phdr[0].p_memsz = 0xfffffff0;
    refused(-ENOEXEC, "cut short");
    k.phdr[0].p_filesz = 0;
    k.phdr[0].p_paddr = 0xffffff00;
    refused(-ENOEXEC, "past 4 GB");
}
END_TEST

START_TEST(segments_that_do_not_fit)
{
    k.phdr[0].p_memsz = RAM;
    refused(-ENOSPC, "use a larger -m");
    k.phdr[0].p_memsz = 0x1000;
    k.phdr[0].p_paddr = 0x9ff00;
    k.phdr[0].p_vaddr = 0x9ff00;
    k.ehdr->e_entry = 0x9ff00;
    refused(-ENOEXEC, "device memory");
    k.phdr[0].p_paddr = KERNEL_PADDR;
    k.phdr[1] = k.phdr[0];
    k.phdr[1].p_paddr += 0xfff;
    k.phdr[1].p_vaddr += 0xfff;
    k.ehdr->e_phnum = 2;
    refused(-ENOEXEC, "two segments overlap");
    k.phdr[1].p_paddr++;
    ck_assert_int_eq(place(), 0);
}
END_TEST

START_TEST(too_many_segments)
{
    enum { AT = 0x1000, COUNT = 100 };
    Elf32_Phdr *phdr = (Elf32_Phdr *)(k.bytes + AT);

    k.ehdr->e_phoff = AT;
    k.ehdr->e_phnum = COUNT;
    k.size = KERNEL_MAX;
    for (unsigned i = 0; i < COUNT; i++)
        phdr[i] = (Elf32_Phdr){
            .p_type = PT_LOAD, .p_paddr = KERNEL_PADDR + i * 16, .p_memsz = 16, .p_filesz = 16};
    refused(-ENOEXEC, "more than 64");
}
END_TEST

START_TEST(entries_outside_the_kernel)
{
    k.ehdr->e_entry = 0x400000;
    refused(-ENOEXEC, "entry point");
}
END_TEST

START_TEST(headers_that_are_missing_or_wrong)
{
    k.header[2]++;
    refused(-ENOEXEC, "wrong checksum");
    k.header[0] = MULTIBOOT2_MAGIC;
    refused(-ENOEXEC, "Multiboot 2");
    k.header[0] = 0;
    refused(-ENOEXEC, "no Multiboot 1 header");
    k.header[0] = MULTIBOOT_HEADER_MAGIC;
    k.header[1] = MBH_F_VIDEO;
    test_kernel_checksum(&k);
    refused(-ENOEXEC, "video mode");
    k.header[1] = 0x100;
    test_kernel_checksum(&k);
    refused(-ENOEXEC, "unknown Multiboot features");
}
END_TEST

/* A magic number that turns up by chance in front of the header is passed over. */
START_TEST(a_stray_magic_number_is_passed_over)
{
    put_le32(k.bytes + 0x180, MULTIBOOT_HEADER_MAGIC);
    ck_assert_int_eq(place(), 0);
}
END_TEST

START_TEST(load_addresses_that_lie)
{
    k.header[1] |= MBH_F_ADDRESSES;
    test_kernel_checksum(&k);
    k.header[3] = 0x100000;
    k.header[4] = 0x200000;
    refused(-ENOEXEC, "load_addr");
    k.header[4] = 0x100000;
    k.header[5] = 0x100010 + KERNEL_MAX;
    refused(-ENOEXEC, "load_end_addr");
    k.header[5] = 0;
    k.header[6] = 0x100001;
    refused(-ENOEXEC, "bss_end_addr");
    k.size = KERNEL_OFFSET + 16;
    refused(-ENOEXEC, "cut short inside its Multiboot header");
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    size_t whole = k.size;

    for (size_t size = 0; size < whole; size++) {
        k.size = size;
        ck_assert_int_eq(place(), -ENOEXEC);
        ck_assert_uint_gt(strlen(why), 0);
    }
}
END_TEST

START_TEST(modules_that_do_not_fit)
{
    static uint8_t big[3 * MB];
    struct loader_module modules[LOADER_MODULES + 1];

    for (unsigned i = 0; i <= LOADER_MODULES; i++)
        modules[i] = (struct loader_module){"m", "x", 1};
    request.modules = modules;
    request.module_count = LOADER_MODULES + 1;
    ck_assert_int_eq(place(), -ENOSPC);
    request.module_count = LOADER_MODULES;
    ck_assert_int_eq(place(), 0);
    modules[0] = (struct loader_module){"initrd", big, sizeof(big)};
    request.module_count = 1;
    ck_assert_int_eq(place(), -ENOSPC);
    ck_assert_ptr_nonnull(strstr(why, "initrd"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loader");
    TCase *good = tcase_create("placed"), *bad = tcase_create("refused");

    tcase_add_checked_fixture(good, setup, teardown);
    tcase_add_test(good, segments_are_copied_and_cleared);
    tcase_add_test(good, a_high_entry_is_translated);
    tcase_add_test(good, information_is_complete);
    tcase_add_test(good, bios_data_is_there);
    tcase_add_test(good, memory_map_covers_all);
    tcase_add_test(good, modules_are_page_aligned_and_apart);
    tcase_add_test(good, information_avoids_the_kernel);
    tcase_add_test(good, load_addresses_of_the_header_are_taken);
    tcase_add_test(good, state_is_as_multiboot_says);
    tcase_add_test(good, the_same_input_gives_the_same_bytes);
    suite_add_tcase(suite, good);

    tcase_add_checked_fixture(bad, setup, teardown);
    tcase_add_test(bad, files_that_are_no_kernel);
    tcase_add_test(bad, elf_of_another_kind);
    tcase_add_test(bad, program_headers_that_lie);
    tcase_add_test(bad, segments_that_lie);
    tcase_add_test(bad, segments_that_do_not_fit);
    tcase_add_test(bad, too_many_segments);
    tcase_add_test(bad, entries_outside_the_kernel);
    tcase_add_test(bad, headers_that_are_missing_or_wrong);
    tcase_add_test(bad, a_stray_magic_number_is_passed_over);
    tcase_add_test(bad, load_addresses_that_lie);
    tcase_add_test(bad, every_truncation_is_refused);
    tcase_add_test(bad, modules_that_do_not_fit);
    suite_add_tcase(suite, bad);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
