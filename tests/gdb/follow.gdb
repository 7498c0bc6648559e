# A fork, its two returns, and the two processes as inferiors.
# never: Error in sourced
break sys_fork
continue
# expect: sys_fork \(\)
delete
python gdb.execute(f"forkscope program {guest}/bin/forkdemo")
set follow-fork-mode child
set detach-on-fork off
catch fork
continue
# expect: Catchpoint .*forked process 3
delete
tbreak ret_from_fork
continue
# expect: New inferior 3 \(process 3\)
# expect: hit Temporary breakpoint.*ret_from_fork \(\)
print $eip == (unsigned) ret_from_fork
# expect: = 1
inferior 2
print $eax
# expect: = 3
set $return = $eip
print $cs & 3
# expect: = 3
inferior 3
tbreak *$return
continue
# expect: Temporary breakpoint
print $eax
# expect: = 0
print $cpl
# expect: = 3
info inferiors
# expect: process 99999
# expect: process 1 
# expect: \* +3 +process 3 
print $_inferior
# expect: = 3
set $word = *(unsigned *) $esp
inferior 2
print *(unsigned *) $esp == $word
# expect: = 1
set $eip_of_parent = $eip
print $eip_of_parent == $return
# expect: = 1
inferior 3
continue
# expect: Inferior 3 \(process 3\) exited
