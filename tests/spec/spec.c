/*
 * The claims about process creation (claim.h), checked on the guest.
 *
 *   spec KERNEL INITRD      runs the claims, prints TAP
 *   spec --list             the claims' names alone
 */
#include <stdio.h>
#include <string.h>

#include "claim.h"

static const struct claim_list *const lists[] = {&claims_gate, &claims_order, &claims_task,
                                                 &claims_registers, &claims_life};
enum { LISTS = sizeof(lists) / sizeof(lists[0]) };

/* The i-th claim of all; NULL behind the last. */
static const struct claim *claim_at(size_t i)
{
    for (size_t l = 0; l < LISTS; l++) {
        if (i < lists[l]->count)
            return &lists[l]->claim[i];
        i -= lists[l]->count;
    }
    return NULL;
}

static bool check_claim(const struct claim *c, unsigned number)
{
    bool ok;

    claim_reason[0] = '\0';
    ok = c->check();
    printf("%s %u - %s (%s)%s%s\n", ok ? "ok" : "not ok", number, c->name, c->program,
           ok ? "" : ": ", claim_reason);
    return ok;
}

/* Runs a program once for all claims about it. */
static unsigned check_program(const char *kernel, const char *initrd, const char *program,
                              unsigned *number)
{
    const struct claim *c;
    struct recording recording;
    unsigned failed = 0;

    recorded = &recording;
    record(&recording, kernel, initrd, program);
    for (size_t i = 0; (c = claim_at(i)); i++)
        if (strcmp(c->program, program) == 0)
            failed += !check_claim(c, ++*number);
    recording_free(&recording);
    return failed;
}

/* Is the i-th claim the first about its program? */
static bool is_first(size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(claim_at(k)->program, claim_at(i)->program) == 0)
            return false;
    return true;
}

static void list_claims(void)
{
    const struct claim *c;

    for (size_t i = 0; (c = claim_at(i)); i++)
        printf("%s (%s)\n", c->name, c->program);
}

int main(int argc, char **argv)
{
    unsigned failed = 0, number = 0;

    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        list_claims();
        return 0;
    }
    if (argc != 3) {
        fprintf(stderr, "usage: spec KERNEL INITRD | spec --list\n");
        return 2;
    }
    for (size_t i = 0; claim_at(i); i++)
        if (is_first(i))
            failed += check_program(argv[1], argv[2], claim_at(i)->program, &number);
    printf("1..%u\n", number);
    return failed != 0;
}
