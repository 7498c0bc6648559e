"""The two returns of one fork: to the address that the CPU pushed once, with an eax for each side.

    forkwatch.py KERNEL INITRD COMMAND_LINE
"""
import sys

import forkscope

SYSCALL, NR_FORK, BUDGET = 0x80, 2, 200_000_000


def main(kernel, initrd, append):
    called = {}  # eip after the int 0x80 of a fork: who called

    def who():
        return "{1}({0})".format(*machine.current())

    def on_syscall(event):
        if machine.registers().eax == NR_FORK:
            eip = event.pushed[4]  # ss, esp, eflags, cs, eip
            called[eip] = who()
            print(f"{who()} calls fork, to return to {eip:#x}")

    def on_iret(event):
        if event.cpl_to == 3 and event.pushed[0] in called:
            print(f"{who()} returns there with eax = {machine.registers().eax}")

    with forkscope.Machine(memory_mb=32) as machine:
        machine.load(kernel, initrd, append)
        machine.hook_interrupt(SYSCALL, on_syscall)
        machine.hook_iret(on_iret)
        return machine.run(BUDGET) is not forkscope.End.EXIT


sys.exit(main(*sys.argv[1:]))
