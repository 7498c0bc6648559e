# Backtraces from the kernel into the program: from a system call, and from a fault.
# never: Error in sourced
# never: corrupt stack
break sys_fork
continue
# expect: sys_fork \(\)
delete
python gdb.execute(f"forkscope program {guest}/bin/forkdemo")
tbreak do_fork
continue
# expect: do_fork \(
backtrace
# expect: #0 +do_fork \(
# expect: #1 .* sys_fork \(\) at .*process.c:
# expect: #2 +<signal handler called>
# expect: #3 .* fork \(\) at .*syscalls.def:
# expect: #4 .* main \(\) at .*forkdemo.c:
up 4
# expect: main \(\)
print $sp < 0xc0000000
# expect: = 1
print $cs & 3
# expect: = 3
tbreak do_wp_page
continue
# expect: do_wp_page \(
python gdb.execute(f"forkscope program {guest}/bin/forkdemo")
backtrace
# expect: do_page_fault \(
# expect: <signal handler called>
# expect: main \(\) at .*forkdemo.c:
