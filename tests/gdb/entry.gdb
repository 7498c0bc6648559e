# Backtraces from inside the entry code, instruction by instruction, to the program's main; a step
# stays in its function, and a new process comes from where its parent was.
# never: Error in sourced
# never: corrupt stack
break sys_fork
continue
# expect: sys_fork \(\)
delete
python gdb.execute(f"forkscope program {guest}/bin/forkdemo")
reverse-stepi 19
backtrace
# expect: #0 .* system_call \(\) at .*entry.S:
# expect: #1 .* fork \(\) at .*syscalls.def:
# expect: #2 .* main \(\) at .*forkdemo.c:
stepi 5
backtrace
# expect: #0 .* system_call \(\) at .*entry.S:
# expect: #2 .* main \(\) at .*forkdemo.c:
next
backtrace
# expect: #0 +system_call \(\) at .*entry.S:
# expect: #2 .* main \(\) at .*forkdemo.c:
tbreak ret_from_fork
continue
# expect: ret_from_fork \(\) at .*entry.S:
python gdb.execute(f"forkscope program {guest}/bin/forkdemo")
backtrace
# expect: #0 +ret_from_fork \(\) at .*entry.S:
# expect: #1 .* fork \(\) at .*syscalls.def:
# expect: #2 .* main \(\) at .*forkdemo.c:
