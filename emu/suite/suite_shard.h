/*
 * A suite in parts, for machines that share the work: part i of n, from 1.
 *
 * Which part a case belongs to depends on its name alone, so that a new case moves no other one.
 */
#ifndef FORKSCOPE_EMU_SUITE_SHARD_H
#define FORKSCOPE_EMU_SUITE_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct suite_shard {
    uint32_t index, count; /* index 1..count */
};

/*
 * "2/5"; "auto": both from the variables that CI systems and batch schedulers set; "auto/5": only
 * the index from there. 0, or -EINVAL with a sentence in `why`.
 */
int suite_shard_parse(struct suite_shard *shard, const char *text, char *why, size_t why_size);

bool suite_shard_has(const struct suite_shard *shard, const char *name);

#endif
