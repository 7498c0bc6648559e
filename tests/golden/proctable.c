/* What a layout with other names has to find: not the numbers of the one that is built in. */
struct trapframe {
    unsigned eax, eip;
};
struct proc {
    int colour, pid;
    char name[24];
    struct trapframe *tf;
    char *kstack;
    int mood;
};
struct {
    int lock[3];
    struct proc proc[7];
} ptable;

struct trapframe frame;
