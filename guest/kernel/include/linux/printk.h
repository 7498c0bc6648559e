/* The ring of kernel messages. */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

/* The last `size` characters of it. Returns how many there were. */
unsigned int log_read_all(char *to, unsigned int size);

#endif
