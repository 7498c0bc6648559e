/* From the first C function to the first program. */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include <linux/binfmts.h>
#include <linux/bootmem.h>
#include <linux/err.h>
#include <linux/forkcopy.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

void start_kernel(void);

/* Descriptors 0, 1 and 2 of pid 1. */
static void open_console(void)
{
    struct file *file = filp_open(AT_FDCWD, "/dev/console", O_RDWR, 0);

    if (IS_ERR(file)) {
        printk(KERN_WARNING "cannot open /dev/console\n");
        return;
    }
    for (int fd = 0; fd < 3; fd++) {
        if (fd)
            get_file(file);
        fd_install(get_unused_fd(0, 0), file);
    }
}

/* Comes back only if the program cannot be run. */
static int run_init_process(char *program)
{
    struct pt_regs *regs = current_pt_regs();
    int err;

    init_argv[0] = program;
    err = do_execve(program, (u32 *)init_argv, (u32 *)init_envp, regs);
    if (err)
        return err;
    set_fs(USER_DS);
    ret_to_user(regs);
}

/* pid 1, still a kernel thread. */
static int init(void *unused)
{
    static char *const candidates[] = {"/init", "/sbin/init", "/bin/init", "/bin/sh"};
    char *wanted = init_argv[0];
    int err;

    child_reaper = current;
    populate_rootfs();
    selftest();
    open_console();
    if (wanted) {
        err = run_init_process(wanted);
        panic("cannot run init=%s: error %d", wanted, -err);
    }
    for (unsigned int i = 0; i < ARRAY_SIZE(candidates); i++)
        run_init_process(candidates[i]);
    panic("No init found. Give init=PROGRAM on the command line, and an initrd that has it.");
}

/* pid 0 makes pid 1, which has to wait until pid 0 has nothing else to do; then it is idle. */
static void __noreturn rest_init(void)
{
    strlcpy(init_task.comm, "init", sizeof(init_task.comm)); /* inherited by pid 1 */
    kernel_thread(init, NULL, 0);
    strlcpy(init_task.comm, "swapper", sizeof(init_task.comm));
    workqueue_init();
    cpu_idle();
}

static void caches_init(void)
{
    kmem_cache_init();
    cred_init();
    forkcopy_init();
    fork_init();
    signals_init();
    mm_cache_init();
    vfs_caches_init();
    files_init();
    fdtable_init();
    fs_struct_init();
}

void start_kernel(void)
{
    *end_of_stack(&init_thread_union.thread_info) = STACK_END_MAGIC;
    console_init();
    setup_arch();
    parse_command_line(boot_info.command_line);
    printk("forkscope guest kernel\n");
    paging_init();
    trap_init();
    init_IRQ();
    sched_init();
    mem_init();
    caches_init();
    pidmap_init();
    futex_init();
    time_init();
    chr_dev_init();
    tty_init();
    serial_init();
    keyboard_init();
    mount_rootfs();
    pipe_init();
    local_irq_enable();
    rest_init();
}
