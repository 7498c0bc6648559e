/* The files of /proc that are about the machine. */
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/loadavg.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/utsname.h>

static int link_self(struct task_struct *unused, char *buf, int size)
{
    return snprintf(buf, size, "%d", current->tgid);
}

static int link_mounts(struct task_struct *unused, char *buf, int size)
{
    return snprintf(buf, size, "self/mounts");
}

int proc_mounts(struct seq_file *m, struct task_struct *p)
{
    struct vfsmount *mnt;
    char path[128];

    list_for_each_entry (mnt, &mounts, mnt_list) {
        d_path(mnt->mnt_root, mnt, path, sizeof(path));
        seq_printf(m, "%s %s %s rw 0 0\n", mnt->mnt_devname, path, mnt->mnt_sb->s_type);
    }
    return 0;
}

static int show_meminfo(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "MemTotal:     %8lu kB\nMemFree:      %8lu kB\n", totalram_pages * 4,
               nr_free_pages * 4);
    seq_printf(m, "Buffers:      %8u kB\nCached:       %8u kB\nShmem:        %8u kB\n", 0, 0, 0);
    seq_printf(m, "SwapTotal:    %8u kB\nSwapFree:     %8u kB\n", 0, 0);
    return 0;
}

static int show_loadavg(struct seq_file *m, struct task_struct *unused)
{
    for (int i = 0; i < 3; i++)
        seq_printf(m, "%lu.%02lu ", avenrun[i] >> LOAD_SHIFT,
                   (avenrun[i] & (LOAD_FIXED_1 - 1)) * 100 >> LOAD_SHIFT);
    seq_printf(m, "%lu/%d %d\n", nr_running(), nr_threads, last_pid);
    return 0;
}

static int show_uptime(struct seq_file *m, struct task_struct *unused)
{
    unsigned long up = jiffies, idle = init_task.utime + init_task.stime;

    seq_printf(m, "%lu.%02lu %lu.%02lu\n", up / HZ, up % HZ, idle / HZ, idle % HZ);
    return 0;
}

static int show_stat(struct seq_file *m, struct task_struct *unused)
{
    unsigned long user = 0, system = 0, total = 0;
    struct task_struct *p;

    for_each_process (p) {
        user += p->utime + p->signal->utime + p->signal->cutime;
        system += p->stime + p->signal->stime + p->signal->cstime;
    }
    unsigned long idle = init_task.utime + init_task.stime;
    for (int line = 0; line < 2; line++)
        seq_printf(m, "cpu%s %lu 0 %lu %lu 0 0 0\n", line ? "0" : " ", user, system, idle);
    for (int irq = 0; irq < NR_IRQS; irq++)
        total += irq_count(irq);
    seq_printf(m, "intr %lu", total);
    for (int irq = 0; irq < NR_IRQS; irq++)
        seq_printf(m, " %lu", irq_count(irq));
    seq_printf(m, "\nctxt %lu\nbtime %ld\nprocesses %lu\nprocs_running %lu\nprocs_blocked 0\n",
               nr_context_switches, boot_time, total_forks, nr_running());
    return 0;
}

static int show_interrupts(struct seq_file *m, struct task_struct *unused)
{
    static const char *const names[NR_IRQS] = {
        [TIMER_IRQ] = "timer", [KEYBOARD_IRQ] = "keyboard", [SERIAL_IRQ] = "serial"};

    seq_printf(m, "           CPU0\n");
    for (int irq = 0; irq < NR_IRQS; irq++) {
        if (names[irq])
            seq_printf(m, "%3d: %10lu   XT-PIC  %s\n", irq, irq_count(irq), names[irq]);
    }
    return 0;
}

static int show_version(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "%s version %s %s\n", system_utsname.sysname, system_utsname.release,
               system_utsname.version);
    return 0;
}

static int show_cpuinfo(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "processor\t: 0\nvendor_id\t: forkscope\nmodel name\t: %s\n",
               system_utsname.machine);
    return 0;
}

static int show_filesystems(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "nodev\tramfs\nnodev\ttmpfs\nnodev\tdevtmpfs\nnodev\tproc\nnodev\tdevpts\n");
    return 0;
}

/* Name, objects in use, objects that the slabs hold, size, objects a slab, pages a slab, slabs. */
static int show_slabinfo(struct seq_file *m, struct task_struct *unused)
{
    struct kmem_cache *c;

    seq_printf(m, "slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> "
                  "<objperslab> <pagesperslab>\n");
    list_for_each_entry (c, &slab_caches, next)
        seq_printf(m, "%-17s %6lu %6lu %6u %4u %4u : slabdata %6lu\n", c->name, c->active,
                   c->slabs * c->per_slab, c->size, c->per_slab, 1u << c->order, c->slabs);
    return 0;
}

/* clang-format off */
const struct proc_entry proc_root_table[] = {
    {.name = "self",        .mode = S_IFLNK | 0777, .readlink = link_self},
    {.name = "mounts",      .mode = S_IFLNK | 0777, .readlink = link_mounts},
    {.name = "meminfo",     .mode = S_IFREG | 0444, .show = show_meminfo},
    {.name = "loadavg",     .mode = S_IFREG | 0444, .show = show_loadavg},
    {.name = "uptime",      .mode = S_IFREG | 0444, .show = show_uptime},
    {.name = "stat",        .mode = S_IFREG | 0444, .show = show_stat},
    {.name = "interrupts",  .mode = S_IFREG | 0444, .show = show_interrupts},
    {.name = "version",     .mode = S_IFREG | 0444, .show = show_version},
    {.name = "cpuinfo",     .mode = S_IFREG | 0444, .show = show_cpuinfo},
    {.name = "filesystems", .mode = S_IFREG | 0444, .show = show_filesystems},
    {.name = "slabinfo",    .mode = S_IFREG | 0444, .show = show_slabinfo},
    {.name = "sys",         .mode = S_IFDIR | 0555, .children = proc_sys_table},
    {.name = "forkscope",   .mode = S_IFDIR | 0555, .children = proc_debug_table},
    {.name = NULL},
};
/* clang-format on */
