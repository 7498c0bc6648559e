/* set_thread_area() and its like: three segment descriptors a task, in GDT slots 6..8. */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>

/* The form in which a slot is given up: nothing but read_exec_only and seg_not_present. */
static bool desc_is_empty(const struct user_desc *d)
{
    return !d->base_addr && !d->limit && !d->contents && d->read_exec_only && !d->seg_32bit &&
           !d->limit_in_pages && d->seg_not_present && !d->useable;
}

/* The two words of the descriptor: always dpl 3, accessed, a code or data segment. */
static struct desc_struct make_desc(const struct user_desc *d)
{
    struct desc_struct desc;

    desc.a = d->base_addr << 16 | (d->limit & 0xffff);
    desc.b = (d->base_addr & 0xff000000) | (d->base_addr >> 16 & 0xff) | (d->limit & 0xf0000) |
             !d->read_exec_only << 9 | d->contents << 10 | !d->seg_not_present << 15 |
             d->seg_32bit << 22 | d->limit_in_pages << 23 | d->useable << 20 | 0x7100;
    return desc;
}

static bool valid_entry(u32 n)
{
    return n >= GDT_ENTRY_TLS_MIN && n <= GDT_ENTRY_TLS_MAX;
}

static u32 find_free_entry(const struct thread_struct *t)
{
    for (u32 i = 0; i < GDT_ENTRY_TLS_ENTRIES; i++) {
        if (!t->tls_array[i].b)
            return GDT_ENTRY_TLS_MIN + i;
    }
    return 0;
}

/* CLONE_SETTLS: the new thread's descriptor comes with the call. */
int set_child_tls(struct task_struct *p, struct user_desc __user *u_info)
{
    struct user_desc info;

    if (copy_from_user(&info, u_info, sizeof(info)))
        return -EFAULT;
    if (desc_is_empty(&info) || !valid_entry(info.entry_number))
        return -EINVAL;
    p->thread.tls_array[info.entry_number - GDT_ENTRY_TLS_MIN] = make_desc(&info);
    return 0;
}

/* Sets a descriptor of `p`; with can_allocate entry -1 takes a free slot and tells which. */
int do_set_thread_area(struct task_struct *p, u32 idx, struct user_desc __user *u_info,
                       bool can_allocate)
{
    struct user_desc info;

    if (copy_from_user(&info, u_info, sizeof(info)))
        return -EFAULT;
    if (idx == (u32)-1)
        idx = info.entry_number;
    if (idx == (u32)-1 && can_allocate) {
        idx = find_free_entry(&p->thread);
        if (!idx)
            return -ESRCH;
        if (put_user(idx, &u_info->entry_number))
            return -EFAULT;
    }
    if (!valid_entry(idx))
        return -EINVAL;
    p->thread.tls_array[idx - GDT_ENTRY_TLS_MIN] =
        desc_is_empty(&info) ? (struct desc_struct){0, 0} : make_desc(&info);
    if (p == current)
        load_TLS(&p->thread);
    return 0;
}

int do_get_thread_area(struct task_struct *p, u32 idx, struct user_desc __user *u_info)
{
    struct user_desc info;
    struct desc_struct d;

    if (!valid_entry(idx))
        return -EINVAL;
    d = p->thread.tls_array[idx - GDT_ENTRY_TLS_MIN];
    memset(&info, 0, sizeof(info));
    info.entry_number = idx;
    info.base_addr = d.a >> 16 | (d.b & 0xff) << 16 | (d.b & 0xff000000);
    info.limit = (d.a & 0xffff) | (d.b & 0xf0000);
    info.seg_32bit = d.b >> 22 & 1;
    info.contents = d.b >> 10 & 3;
    info.read_exec_only = !(d.b >> 9 & 1);
    info.limit_in_pages = d.b >> 23 & 1;
    info.seg_not_present = !(d.b >> 15 & 1);
    info.useable = d.b >> 20 & 1;
    return copy_to_user(u_info, &info, sizeof(info)) ? -EFAULT : 0;
}

asmlinkage long sys_set_thread_area(struct user_desc __user *u_info)
{
    return do_set_thread_area(current, -1, u_info, true);
}

asmlinkage long sys_get_thread_area(struct user_desc __user *u_info)
{
    u32 idx;

    if (get_user(idx, &u_info->entry_number))
        return -EFAULT;
    return do_get_thread_area(current, idx, u_info);
}
