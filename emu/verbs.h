/*
 * The subcommands of the program. Each is a main() of its own: argv[0] is the subcommand's name,
 * the result one of emu/exitcode.h.
 */
#ifndef FORKSCOPE_EMU_VERBS_H
#define FORKSCOPE_EMU_VERBS_H

struct verb {
    const char *name, *summary;
    int (*main)(int argc, char **argv);
};

int run_main(int argc, char **argv);
int check_main(int argc, char **argv);
int doctor_main(int argc, char **argv);

#endif
