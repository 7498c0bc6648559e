#include "emu/suite/suite_shard.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"

enum { SHARDS_MAX = 1000000 };

/* Who tells which part this is, and how many there are; `first` is the index of the first part. */
static const struct {
    const char *index, *count;
    uint32_t first;
} variables[] = {
    {"CI_NODE_INDEX", "CI_NODE_TOTAL", 1},                         /* GitLab, and by hand */
    {"CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},                 /* CircleCI */
    {"BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0}, /* Buildkite */
    {"SEMAPHORE_JOB_INDEX", "SEMAPHORE_JOB_COUNT", 1},             /* Semaphore */
    {"SYSTEM_JOBPOSITIONINPHASE", "SYSTEM_TOTALJOBSINPHASE", 1},   /* Azure Pipelines */
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", 0},          /* Slurm; see slurm_first() */
    {"AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", 0},  /* AWS Batch */
    {"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0},                /* Kubernetes */
    {"TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", 0},                  /* Bazel */
    {"GTEST_SHARD_INDEX", "GTEST_TOTAL_SHARDS", 0},                /* GoogleTest */
};

static bool parse_number(const char *text, const char **end, uint32_t *number)
{
    char *stop;
    unsigned long value = isdigit((unsigned char)*text) ? strtoul(text, &stop, 10) : 0;

    if (!isdigit((unsigned char)*text) || value > SHARDS_MAX)
        return false;
    *number = (uint32_t)value;
    *end = stop;
    return true;
}

static bool variable_number(const char *name, uint32_t *number)
{
    const char *text = getenv(name), *end;

    return text && parse_number(text, &end, number) && *end == '\0';
}

/* An array may begin anywhere: sbatch --array=10-19. */
static uint32_t first_index(unsigned row)
{
    uint32_t first;

    if (strcmp(variables[row].index, "SLURM_ARRAY_TASK_ID") == 0 &&
        variable_number("SLURM_ARRAY_TASK_MIN", &first))
        return first;
    return variables[row].first;
}

/* count 0: it is told by a variable, too. */
static int from_environment(struct suite_shard *shard, uint32_t count, char *why, size_t why_size)
{
    for (unsigned i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        uint32_t index;

        if (!variable_number(variables[i].index, &index))
            continue;
        if (!count && !variable_number(variables[i].count, &count))
            return log_why(why, why_size, -EINVAL,
                           "--shard auto: %s is set but %s is not: say --shard auto/N",
                           variables[i].index, variables[i].count);
        *shard = (struct suite_shard){index - first_index(i) + 1, count};
        return 0;
    }
    return log_why(why, why_size, -EINVAL,
                   "--shard auto: no variable says which part this is (CI_NODE_INDEX, "
                   "SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX ...)");
}

static bool parse(struct suite_shard *shard, const char *text)
{
    const char *end;

    return parse_number(text, &end, &shard->index) && *end == '/' &&
           parse_number(end + 1, &end, &shard->count) && *end == '\0';
}

int suite_shard_parse(struct suite_shard *shard, const char *text, char *why, size_t why_size)
{
    uint32_t count = 0;
    const char *end;
    int error = 0;

    if (strcmp(text, "auto") == 0 ||
        (strncmp(text, "auto/", 5) == 0 && parse_number(text + 5, &end, &count) && !*end && count))
        error = from_environment(shard, count, why, why_size);
    else if (!parse(shard, text))
        return log_why(why, why_size, -EINVAL, "--shard wants i/n, auto or auto/n, not '%s'", text);
    if (!error && (shard->index < 1 || shard->index > shard->count))
        error = log_why(why, why_size, -EINVAL, "--shard %u/%u: the first part is 1, the last %u",
                        shard->index, shard->count, shard->count);
    return error;
}

/* FNV-1a, then mixed, because its low bits alone are not even. */
static uint32_t hash(const char *name)
{
    uint32_t h = 2166136261u;

    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 16777619u;
    h = (h ^ h >> 16) * 0x7feb352du;
    return h ^ h >> 15;
}

bool suite_shard_has(const struct suite_shard *shard, const char *name)
{
    return hash(name) % shard->count == shard->index - 1;
}
