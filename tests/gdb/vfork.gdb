# vfork: the parent is told of, its child let go, and both events and breakpoints go on afterwards.
# never: Error in sourced
break sys_vfork
continue
# expect: sys_vfork \(\)
delete
catch vfork
continue
# expect: Catchpoint .*vforked process 3
backtrace
# expect: do_fork \(
# expect: <signal handler called>
continue
# expect: Detaching after vfork from child process 3
# expect: Catchpoint .*vforked process 4
delete
tbreak do_exit
continue
# expect: Temporary breakpoint.*do_exit \(
tbreak wake_up_new_task
reverse-continue
# expect: Temporary breakpoint.*wake_up_new_task \(
