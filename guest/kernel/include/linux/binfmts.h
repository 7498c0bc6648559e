/* Program formats for execve(). */
#ifndef _LINUX_BINFMTS_H
#define _LINUX_BINFMTS_H

#include <linux/fs.h>

#define BINPRM_BUF_SIZE 128
#define MAX_ARG_PAGES   64 /* 256 kB for argv and envp */

struct pt_regs;

/* What is known of the program while execve() works. */
struct linux_binprm {
    char buf[BINPRM_BUF_SIZE];        /* start of the file */
    struct page *page[MAX_ARG_PAGES]; /* argument strings: the top of the new stack */
    u32 p;                            /* first used byte in them */
    struct file *file;
    int argc, envc;
    u32 exec;             /* offset p of the file name string */
    const char *filename; /* as given, for comm */
    const char *interp;   /* what is really run: the script's interpreter */
    uid_t e_uid;          /* effective ids after a set-id exec */
    gid_t e_gid;
    bool secure; /* ids change: AT_SECURE */
};

int do_execve(const char *filename, u32 __user *argv, u32 __user *envp, struct pt_regs *regs);
int search_binary_handler(struct linux_binprm *bprm, struct pt_regs *regs);
/* -ENOEXEC: not this format. */
int load_elf_binary(struct linux_binprm *bprm, struct pt_regs *regs);
int load_script(struct linux_binprm *bprm, struct pt_regs *regs);

int prepare_binprm(struct linux_binprm *bprm);
int copy_strings_kernel(int argc, const char *const *argv, struct linux_binprm *bprm);
int remove_arg_zero(struct linux_binprm *bprm);
/* Point of no return: the old program is gone. */
int flush_old_exec(struct linux_binprm *bprm);
int setup_arg_pages(struct linux_binprm *bprm);
void compute_creds(struct linux_binprm *bprm);
struct file *open_exec(const char *name);

#endif
