/*
 * The lines of the guest's source files, where they can be found on this machine.
 *
 * Debug information names files without the directory that the kernel was built in
 * (guest/kernel/kernel/fork.c). They are looked for below the directories that were given, the
 * working directory, and every directory above the kernel's.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_SOURCE_H
#define FORKSCOPE_EMU_VIEWER_VIEW_SOURCE_H

struct view_sources;

/* `directory` may be NULL. NULL: out of memory. */
struct view_sources *view_sources_create(const char *directory, const char *kernel_path);
void view_sources_destroy(struct view_sources *s);

/* The text of a line, counted from 1, without its end; NULL: the file or the line is not there. */
const char *view_sources_line(struct view_sources *s, const char *file, int line);

#endif
