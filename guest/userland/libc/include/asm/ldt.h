#ifndef _ASM_LDT_H
#define _ASM_LDT_H

/* A segment descriptor for set_thread_area and CLONE_SETTLS. entry_number −1 asks the kernel
 * to choose a GDT slot; an "empty" descriptor has read_exec_only and seg_not_present only. */
struct user_desc {
    unsigned int entry_number;
    unsigned int base_addr;
    unsigned int limit;
    unsigned int seg_32bit : 1;
    unsigned int contents : 2;
    unsigned int read_exec_only : 1;
    unsigned int limit_in_pages : 1;
    unsigned int seg_not_present : 1;
    unsigned int useable : 1;
};

int set_thread_area(struct user_desc *desc);
int get_thread_area(struct user_desc *desc);

#endif
