# From the puzzle's last + back to the fork from which its writer took it along.
# never: Error in sourced
continue
# expect: the run is over: exit
print $cpl
# expect: = 0
break sys_write if *(char *) *(unsigned *) ($esp + 8) == '+'
reverse-continue
# expect: sys_write
set $writer = $_thread
set $last = $icount
print *(char *) *(unsigned *) ($esp + 8)
# expect: '\+'
delete
eval "break sys_fork thread %d", $_thread
reverse-continue
# expect: sys_fork \(\)
print $_thread == $writer && $icount < $last
# expect: = 1
backtrace 2
# expect: <signal handler called>
delete
tbreak wake_up_new_task
continue
# expect: wake_up_new_task
print p->pid > 1 && $icount < $last
# expect: = 1
forkscope forks
# expect: 1 .*pid 0 -> pid 1$
# expect: ahead
