"""The Python module on the guest.  usage: binding.py GUEST_FOLDER"""
import sys
import tempfile

import forkscope

kernel, initrd = sys.argv[1] + "/kernel.elf", sys.argv[1] + "/initrd.cpio"
forks = []


def on_syscall(event):
    if machine.registers().eax == 2:
        forks.append((machine.current(), event.pushed))


with forkscope.Machine(memory_mb=32) as machine:
    machine.load(kernel, initrd, "quiet init=/bin/forkdemo")
    machine.hook_interrupt(0x80, on_syscall)
    assert machine.run(1000) is forkscope.End.UNTIL
    assert machine.registers().step == 1000
    assert machine.run(200_000_000) is forkscope.End.EXIT
    assert machine.exit_value == 0
    assert b"fork returned 0" in machine.serial, machine.serial
    assert len(forks) == 1 and forks[0][0] == (1, "forkdemo"), forks
    assert len(forks[0][1]) == 5 and forks[0][1][0] == 0x7B, forks
    assert machine.name(machine.address("do_fork")) == "do_fork"
    assert machine.address("no_such_symbol") is None

# The two returns of one fork: each side comes back from the same int 0x80 with an eax of its own.
returns = {}


def on_fork(event):
    if machine.registers().eax == 2:
        returns["call"] = (event.pushed[4], machine.current()[0])


def on_iret(event):
    eip = event.pushed[0]
    if event.cpl_to == 3 and returns.get("call", (None,))[0] == eip:
        returns[machine.current()[0]] = machine.registers().eax


with forkscope.Machine(memory_mb=32, history_mb=64) as machine:
    machine.load(kernel, initrd, "quiet init=/bin/forkdemo")
    machine.hook_interrupt(0x80, on_fork)
    machine.hook_iret(on_iret)
    assert machine.run(200_000_000) is forkscope.End.EXIT
    _, parent = returns.pop("call")
    (child,) = [pid for pid in returns if pid != parent]
    assert returns == {parent: child, child: 0}, returns
    # Back to the beginning, and the same again.
    again, returns = returns, {}
    machine.goto(0)
    assert machine.registers().step == 0
    assert machine.run(200_000_000) is forkscope.End.EXIT
    assert {pid: eax for pid, eax in returns.items() if pid != "call"} == again, returns

# A state that was saved is where another machine begins.
with tempfile.TemporaryDirectory() as folder:
    with forkscope.Machine(memory_mb=32) as machine:
        machine.load(kernel, initrd, "quiet init=/bin/forkdemo")
        machine.run(1_000_000)
        machine.save(folder + "/state")
    with forkscope.Machine(state=folder + "/state") as machine:
        machine.load(kernel, initrd)
        assert machine.registers().step == 1_000_000
        assert machine.run(200_000_000) is forkscope.End.EXIT
        assert b"fork returned 0" in machine.serial, machine.serial

# What goes wrong is an exception, also inside a hook.
with forkscope.Machine() as machine:
    try:
        machine.load("/no/kernel")
        sys.exit("a kernel that is not there was loaded")
    except forkscope.ForkscopeError as error:
        assert "/no/kernel" in str(error) and error.errno == 2, error
    machine.load(kernel, initrd)
    machine.hook_interrupt(0x80, lambda event: 1 // 0)
    try:
        machine.run(200_000_000)
        sys.exit("an exception of a hook was lost")
    except ZeroDivisionError:
        pass
try:
    forkscope.Machine(memory_mb=5000)
    sys.exit("a machine of 5000 MB was made")
except forkscope.ForkscopeError as error:
    assert "5000 MB" in str(error), error
