/*
 * Locks on a machine with one processor and no preemption inside the kernel.
 *
 * A lock excludes nobody but interrupt handlers, which the _irq forms keep out. What is left of it
 * is what makes it worth writing down: it says which data belong together, and taking one twice is
 * caught at once.
 */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <asm/system.h>
#include <linux/kernel.h>

struct spinlock {
    int locked; /* 1 while held */
};

#define SPIN_LOCK_UNLOCKED                                                                         \
    {                                                                                              \
        0                                                                                          \
    }

static inline void spin_lock_init(struct spinlock *lock)
{
    lock->locked = 0;
}

static inline void spin_lock(struct spinlock *lock)
{
    BUG_ON(lock->locked);
    lock->locked = 1;
}

static inline void spin_unlock(struct spinlock *lock)
{
    BUG_ON(!lock->locked);
    lock->locked = 0;
}

static inline void spin_lock_irq(struct spinlock *lock)
{
    local_irq_disable();
    spin_lock(lock);
}

static inline void spin_unlock_irq(struct spinlock *lock)
{
    spin_unlock(lock);
    local_irq_enable();
}

#define spin_lock_irqsave(lock, flags)                                                             \
    do {                                                                                           \
        flags = local_irq_save();                                                                  \
        spin_lock(lock);                                                                           \
    } while (0)

static inline void spin_unlock_irqrestore(struct spinlock *lock, unsigned long flags)
{
    spin_unlock(lock);
    local_irq_restore(flags);
}

#endif
