/* Basic types. Freestanding: nothing here comes from a host header. */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

typedef unsigned int size_t;
typedef int ssize_t;
typedef long long loff_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int mode_t;
typedef u32 dev_t; /* major << 8 | minor */
typedef unsigned long ino_t;
typedef long time_t;
typedef long clock_t;
typedef _Bool bool;

#define true 1
#define false 0
#define NULL ((void *)0)

/* A pointer into user memory: only to be followed by the functions of asm/uaccess.h. */
#define __user

#define offsetof(type, member)          __builtin_offsetof(type, member)
#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

#endif
