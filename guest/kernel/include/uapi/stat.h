/* File modes and the structures of the stat family. */
#ifndef _UAPI_STAT_H
#define _UAPI_STAT_H

#include <linux/types.h>

#define S_IFMT   00170000
#define S_IFSOCK 0140000
#define S_IFLNK  0120000
#define S_IFREG  0100000
#define S_IFBLK  0060000
#define S_IFDIR  0040000
#define S_IFCHR  0020000
#define S_IFIFO  0010000
#define S_ISUID  0004000
#define S_ISGID  0002000
#define S_ISVTX  0001000
#define S_IXUGO  0000111

#define S_ISLNK(m)  (((m)&S_IFMT) == S_IFLNK)
#define S_ISREG(m)  (((m)&S_IFMT) == S_IFREG)
#define S_ISDIR(m)  (((m)&S_IFMT) == S_IFDIR)
#define S_ISCHR(m)  (((m)&S_IFMT) == S_IFCHR)
#define S_ISBLK(m)  (((m)&S_IFMT) == S_IFBLK)
#define S_ISFIFO(m) (((m)&S_IFMT) == S_IFIFO)

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

struct stat {
    u32 st_dev, st_ino;
    u16 st_mode, st_nlink, st_uid, st_gid;
    u32 st_rdev, st_size, st_blksize, st_blocks;
    u32 st_atime, st_atime_nsec, st_mtime, st_mtime_nsec, st_ctime, st_ctime_nsec;
    u32 __unused4, __unused5;
};

struct stat64 {
    u64 st_dev;
    u32 __pad0;
    u32 __st_ino;
    u32 st_mode, st_nlink, st_uid, st_gid;
    u64 st_rdev;
    u32 __pad3;
    s64 st_size;
    u32 st_blksize;
    u64 st_blocks;
    u32 st_atime, st_atime_nsec, st_mtime, st_mtime_nsec, st_ctime, st_ctime_nsec;
    u64 st_ino;
} __attribute__((packed, aligned(4)));

/* One record of getdents64(); d_name ends in NUL and the record is padded to 8 bytes. */
struct linux_dirent64 {
    u64 d_ino;
    s64 d_off;
    u16 d_reclen;
    u8 d_type; /* S_IF* >> 12 */
    char d_name[];
} __attribute__((packed));

struct statfs {
    u32 f_type, f_bsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree;
    s32 f_fsid[2];
    u32 f_namelen, f_frsize, f_flags, f_spare[4];
};

struct statfs64 {
    u32 f_type, f_bsize;
    u64 f_blocks, f_bfree, f_bavail, f_files, f_ffree;
    s32 f_fsid[2];
    u32 f_namelen, f_frsize, f_flags, f_spare[4];
} __attribute__((packed, aligned(4)));

#define STATX_BASIC_STATS 0x7ffu

struct statx_timestamp {
    s64 tv_sec;
    u32 tv_nsec;
    s32 __reserved;
};

struct statx {
    u32 stx_mask, stx_blksize;
    u64 stx_attributes;
    u32 stx_nlink, stx_uid, stx_gid;
    u16 stx_mode, __spare0;
    u64 stx_ino, stx_size, stx_blocks, stx_attributes_mask;
    struct statx_timestamp stx_atime, stx_btime, stx_ctime, stx_mtime;
    u32 stx_rdev_major, stx_rdev_minor, stx_dev_major, stx_dev_minor;
    u64 __spare2[14];
};

#endif
