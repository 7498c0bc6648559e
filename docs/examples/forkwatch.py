"""The two returns of one fork: where the CPU was told to go back to, and eax on each side.

    forkwatch.py KERNEL INITRD COMMAND_LINE
"""
import sys

import forkscope

SYSCALL, NR_FORK, BUDGET = 0x80, 2, 200_000_000


def main(kernel, initrd, append):
    called = {}  # eip after the int 0x80 of a fork: who called

    def on_syscall(event):
        if machine.registers().eax == NR_FORK:
            eip = event.pushed[4]  # ss, esp, eflags, cs, eip
            called[eip] = machine.current()
            print(f"step {event.step}: {called[eip]} calls fork, to return to {eip:#x}")

    def on_iret(event):
        if event.cpl_to == 3 and event.pushed[0] in called:
            eax = machine.registers().eax
            print(f"step {event.step}: {machine.current()} returns there with eax = {eax}")

    with forkscope.Machine(memory_mb=32) as machine:
        machine.load(kernel, initrd, append)
        machine.hook_interrupt(SYSCALL, on_syscall)
        machine.hook_iret(on_iret)
        return machine.run(BUDGET) is not forkscope.End.EXIT


sys.exit(main(*sys.argv[1:]))
