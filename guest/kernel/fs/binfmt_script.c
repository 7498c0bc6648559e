/* "#!interpreter argument" */
#include <linux/binfmts.h>
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/string.h>

static char *skip_blanks(char *s)
{
    while (*s == ' ' || *s == '\t')
        s++;
    return s;
}

static char *skip_word(char *s)
{
    while (*s && *s != ' ' && *s != '\t')
        s++;
    return s;
}

static void trim_end(char *s)
{
    char *end = s + strlen(s);

    while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
        *--end = 0;
}

/* Splits the first line into interpreter and argument (NULL: none). 0 or -ENOEXEC. */
static int parse_line(char *line, char **interp, char **arg)
{
    char *end = strchr(line, '\n');

    if (!end)
        return -ENOEXEC; /* too long, or cut off */
    *end = 0;
    trim_end(line);
    *interp = skip_blanks(line);
    if (!**interp)
        return -ENOEXEC;
    *arg = skip_word(*interp);
    if (**arg)
        *(*arg)++ = 0;
    *arg = skip_blanks(*arg);
    if (!**arg)
        *arg = NULL;
    return 0;
}

/* argv becomes: interpreter, its argument if any, the script, the old arguments from 1 on. */
static int rewrite_argv(struct linux_binprm *bprm, const char *interp, const char *arg)
{
    int err = remove_arg_zero(bprm);

    if (!err)
        err = copy_strings_kernel(1, &bprm->interp, bprm);
    if (!err && arg) {
        err = copy_strings_kernel(1, &arg, bprm);
        bprm->argc++;
    }
    if (!err)
        err = copy_strings_kernel(1, &interp, bprm);
    bprm->argc += 2;
    return err;
}

int load_script(struct linux_binprm *bprm, struct pt_regs *regs)
{
    char line[BINPRM_BUF_SIZE], *interp, *arg;
    struct file *file;
    int err;

    /* An interpreter that is a script itself: once is allowed to fail, not to go round. */
    if (bprm->buf[0] != '#' || bprm->buf[1] != '!' || bprm->interp != bprm->filename)
        return -ENOEXEC;
    memcpy(line, bprm->buf + 2, sizeof(line) - 2);
    line[sizeof(line) - 2] = 0;
    err = parse_line(line, &interp, &arg);
    if (err)
        return err;
    err = rewrite_argv(bprm, interp, arg);
    if (err)
        return err;
    file = open_exec(interp);
    if (IS_ERR(file))
        return PTR_ERR(file);
    fput(bprm->file);
    bprm->file = file;
    bprm->interp = interp;
    err = prepare_binprm(bprm);
    return err ? err : search_binary_handler(bprm, regs);
}
