#ifndef _SYS_SYSMACROS_H
#define _SYS_SYSMACROS_H

/* Device numbers as stat64 and mknod carry them: minor bits 0–7 and 20–31, major 8–19. */
#define major(dev)        ((unsigned int)(((dev) >> 8) & 0xfff))
#define minor(dev)        ((unsigned int)(((dev)&0xff) | (((dev) >> 12) & 0xfff00)))
#define makedev(maj, min) (((min)&0xff) | ((maj) << 8) | (((min) & ~0xffu) << 12))

#endif
