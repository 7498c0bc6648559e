#ifndef _SYS_KLOG_H
#define _SYS_KLOG_H

/* Action 3 reads the whole log, 10 gives its size. */
int klogctl(int action, char *buf, int size);

#endif
