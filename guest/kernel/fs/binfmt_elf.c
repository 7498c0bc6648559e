/* ELF: static 32-bit programs of type ET_EXEC. */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include <linux/binfmts.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/elf.h>
#include <uapi/mman.h>

#define MAX_PHDRS 64
#define PLATFORM  "i686"
#define HWCAP_FPU 1u
#define MAX_AUXV  20

/* What the segments together come to. */
struct image {
    u32 load_addr; /* where the first page of the file is mapped */
    u32 start_code, end_code;
    u32 start_data, end_data;
    u32 end; /* of everything, bss included */
};

/* The program headers in memory of their own; NULL with *err set. */
static struct elf32_phdr *read_phdrs(struct linux_binprm *bprm, const struct elf32_hdr *eh,
                                     int *err)
{
    u32 size = eh->e_phnum * sizeof(struct elf32_phdr);
    struct elf32_phdr *ph;
    int n;

    *err = -ENOEXEC;
    if (memcmp(eh->e_ident, ELFMAG, 4) || eh->e_type != ET_EXEC || eh->e_machine != EM_386 ||
        eh->e_phentsize != sizeof(*ph) || !eh->e_phnum || eh->e_phnum > MAX_PHDRS)
        return NULL;
    *err = -ENOMEM;
    ph = kmalloc(size, GFP_KERNEL);
    if (!ph)
        return NULL;
    n = kernel_read(bprm->file, eh->e_phoff, ph, size);
    if (n == (int)size)
        return ph;
    *err = n < 0 ? n : -ENOEXEC;
    kfree(ph);
    return NULL;
}

/* Is this a file that can be run at all? Asked before the old program is given up. */
static int check_segments(const struct elf32_phdr *ph, int n)
{
    bool any = false;

    for (int i = 0; i < n; i++) {
        if (ph[i].p_type == PT_INTERP) /* there is no dynamic linker */
            return -ENOEXEC;
        if (ph[i].p_type != PT_LOAD)
            continue;
        any = true;
        if (ph[i].p_filesz > ph[i].p_memsz || ph[i].p_vaddr < PAGE_SIZE ||
            ph[i].p_vaddr >= TASK_SIZE || ph[i].p_memsz > TASK_SIZE - ph[i].p_vaddr ||
            ((ph[i].p_vaddr ^ ph[i].p_offset) & ~PAGE_MASK))
            return -ENOEXEC;
    }
    return any ? 0 : -ENOEXEC;
}

static u32 segment_prot(const struct elf32_phdr *ph)
{
    return (ph->p_flags & PF_R ? PROT_READ : 0) | (ph->p_flags & PF_W ? PROT_WRITE : 0) |
           (ph->p_flags & PF_X ? PROT_EXEC : 0);
}

/* Zeroes the part of the last file page that belongs to the bss, and maps the rest of it. */
static int map_bss(const struct elf32_phdr *ph, u32 prot)
{
    u32 file_end = ph->p_vaddr + ph->p_filesz, mem_end = ph->p_vaddr + ph->p_memsz;
    u32 from = PAGE_ALIGN(file_end), to = PAGE_ALIGN(mem_end);

    if ((prot & PROT_WRITE) && ph->p_filesz && mem_end > file_end && (file_end & ~PAGE_MASK) &&
        clear_user((void __user *)file_end, min(from, mem_end) - file_end))
        return -EFAULT;
    if (!ph->p_filesz)
        from = ph->p_vaddr & PAGE_MASK;
    if (to <= from)
        return 0;
    long ret =
        do_mmap_pgoff(NULL, from, to - from, prot, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, 0);
    return ret == (long)from ? 0 : -ENOMEM;
}

static int map_segment(struct file *file, const struct elf32_phdr *ph)
{
    u32 prot = segment_prot(ph), start = ph->p_vaddr & PAGE_MASK;
    u32 size = PAGE_ALIGN(ph->p_vaddr + ph->p_filesz) - start;

    if (ph->p_filesz) {
        long ret = do_mmap_pgoff(file, start, size, prot, MAP_PRIVATE | MAP_FIXED,
                                 ph->p_offset >> PAGE_SHIFT);
        if (ret != (long)start)
            return (int)ret < 0 ? (int)ret : -ENOMEM;
    }
    return map_bss(ph, prot);
}

static void note_segment(struct image *im, const struct elf32_phdr *ph)
{
    u32 end = ph->p_vaddr + ph->p_filesz;

    if (!im->load_addr)
        im->load_addr = ph->p_vaddr - ph->p_offset;
    if (!im->start_code || ph->p_vaddr < im->start_code)
        im->start_code = ph->p_vaddr;
    if (ph->p_flags & PF_X)
        im->end_code = max(im->end_code, end);
    im->start_data = max(im->start_data, ph->p_vaddr);
    im->end_data = max(im->end_data, end);
    im->end = max(im->end, ph->p_vaddr + ph->p_memsz);
}

static int map_image(struct file *file, const struct elf32_phdr *ph, int n, struct image *im)
{
    memset(im, 0, sizeof(*im));
    for (int i = 0; i < n; i++) {
        int err;
        if (ph[i].p_type != PT_LOAD || !ph[i].p_memsz)
            continue;
        err = map_segment(file, &ph[i]);
        if (err)
            return err;
        note_segment(im, &ph[i]);
    }
    return 0;
}

static void set_mm_fields(const struct image *im, u32 esp)
{
    struct mm_struct *mm = current->mm;

    mm->start_code = im->start_code;
    mm->end_code = im->end_code;
    mm->start_data = im->start_data;
    mm->end_data = im->end_data;
    mm->start_brk = mm->brk = PAGE_ALIGN(im->end);
    mm->start_stack = esp;
}

/* The auxiliary vector as it will lie on the stack. Returns the number of words. */
static int make_auxv(u32 *auxv, const struct linux_binprm *bprm, const struct elf32_hdr *eh,
                     const struct image *im, u32 platform, u32 random)
{
    const struct cred *cred = current->cred;
    const u32 pairs[][2] = {
        {AT_HWCAP, HWCAP_FPU},
        {AT_PAGESZ, PAGE_SIZE},
        {AT_CLKTCK, HZ},
        {AT_PHDR, im->load_addr + eh->e_phoff},
        {AT_PHENT, sizeof(struct elf32_phdr)},
        {AT_PHNUM, eh->e_phnum},
        {AT_BASE, 0},
        {AT_FLAGS, 0},
        {AT_ENTRY, eh->e_entry},
        {AT_UID, cred->uid},
        {AT_EUID, cred->euid},
        {AT_GID, cred->gid},
        {AT_EGID, cred->egid},
        {AT_SECURE, bprm->secure},
        {AT_RANDOM, random},
        {AT_EXECFN, bprm->exec},
        {AT_PLATFORM, platform},
        {AT_NULL, 0},
    };
    _Static_assert(ARRAY_SIZE(pairs) <= MAX_AUXV, "MAX_AUXV");
    memcpy(auxv, pairs, sizeof(pairs));
    return sizeof(pairs) / sizeof(u32);
}

/* Writes n pointers to the strings that start at `str`, and a NULL. *end is behind the last. */
static int put_pointers(u32 __user *to, int n, u32 str, u32 *end)
{
    for (int i = 0; i < n; i++) {
        int len;
        if (put_user(str, to + i))
            return -EFAULT;
        len = strnlen_user((const char __user *)str, MAX_ARG_PAGES * PAGE_SIZE);
        if (!len)
            return -EFAULT;
        str += len;
    }
    *end = str;
    return put_user(0u, to + n);
}

/*
 * The rest of the stack of a new program, from the strings down:
 *
 *   platform string, 16 random bytes, auxv, envp..., NULL, argv..., NULL, argc  <- esp
 *
 * esp is a multiple of 16. Returns it, or 0 where the stack cannot be written.
 */
static u32 create_elf_tables(struct linux_binprm *bprm, const struct elf32_hdr *eh,
                             const struct image *im)
{
    u32 auxv[2 * MAX_AUXV], platform, random, esp, words, end;
    struct mm_struct *mm = current->mm;
    u8 bytes[16];
    int nauxv;

    platform = (bprm->p - sizeof(PLATFORM)) & ~15u;
    random = platform - 16;
    get_random_bytes(bytes, sizeof(bytes));
    if (copy_to_user((void __user *)platform, PLATFORM, sizeof(PLATFORM)) ||
        copy_to_user((void __user *)random, bytes, sizeof(bytes)))
        return 0;
    nauxv = make_auxv(auxv, bprm, eh, im, platform, random);
    words = 1 + bprm->argc + 1 + bprm->envc + 1 + nauxv;
    esp = (random - words * sizeof(u32)) & ~15u;

    u32 __user *sp = (u32 __user *)esp;
    mm->arg_start = bprm->p;
    if (put_user((u32)bprm->argc, sp) || put_pointers(sp + 1, bprm->argc, bprm->p, &end))
        return 0;
    mm->arg_end = mm->env_start = end;
    sp += 1 + bprm->argc + 1;
    if (put_pointers(sp, bprm->envc, end, &mm->env_end))
        return 0;
    sp += bprm->envc + 1;
    return copy_to_user(sp, auxv, nauxv * sizeof(u32)) ? 0 : esp;
}

/* Past flush_old_exec() there is no program to return an error to. */
static int load_image(struct linux_binprm *bprm, const struct elf32_hdr *eh,
                      const struct elf32_phdr *ph, struct pt_regs *regs)
{
    struct image im;
    int err = setup_arg_pages(bprm);
    u32 esp;

    if (!err)
        err = map_image(bprm->file, ph, eh->e_phnum, &im);
    if (err)
        return err;
    compute_creds(bprm);
    esp = create_elf_tables(bprm, eh, &im);
    if (!esp)
        return -EFAULT;
    set_mm_fields(&im, esp);
    start_thread(regs, eh->e_entry, esp);
    return 0;
}

int load_elf_binary(struct linux_binprm *bprm, struct pt_regs *regs)
{
    struct elf32_hdr eh;
    struct elf32_phdr *ph;
    int err;

    memcpy(&eh, bprm->buf, sizeof(eh));
    ph = read_phdrs(bprm, &eh, &err);
    if (!ph)
        return err;
    err = check_segments(ph, eh.e_phnum);
    if (!err)
        err = flush_old_exec(bprm);
    if (err) {
        kfree(ph);
        return err;
    }
    err = load_image(bprm, &eh, ph, regs);
    kfree(ph);
    if (err)
        force_sig(SIGKILL, current);
    return err;
}
