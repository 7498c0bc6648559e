/* Options of wait4(). */
#ifndef _UAPI_WAIT_H
#define _UAPI_WAIT_H

#define WNOHANG     0x00000001
#define WUNTRACED   0x00000002
#define WCONTINUED  0x00000008
#define __WNOTHREAD 0x20000000 /* not the children of other threads */
#define __WALL      0x40000000 /* any child */
#define __WCLONE    0x80000000 /* only children that do not send SIGCHLD */

#endif
