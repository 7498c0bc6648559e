# Who writes eax = 0 into the child's frame? Forward to the write, and back to it.
# never: Error in sourced
break sys_fork
continue
# expect: sys_fork \(\)
delete
tbreak copy_thread
continue
# expect: copy_thread \(
set $slot = (unsigned *) ((char *) p->thread_info + sizeof(union thread_union) - sizeof(struct pt_regs) + (unsigned) &((struct pt_regs *) 0)->eax)
watch *$slot
continue
# expect: New value = 2
continue
# expect: Old value = 2
# expect: New value = 0
backtrace 1
# expect: copy_thread
set $zeroed = $icount
reverse-continue
# expect: Old value = 0
# expect: New value = 2
print $icount == $zeroed - 1
# expect: = 1
backtrace 1
# expect: copy_thread
stepi
print *$slot
# expect: = 0
delete
tbreak wake_up_new_task
continue
# expect: wake_up_new_task
python gdb.execute(f"monitor last-write {int(gdb.parse_and_eval('(unsigned) $slot'))}")
# expect: wrote 00000000 over 00000002
# expect: copy_thread.*process.c:
tbreak ret_from_fork
continue
# expect: ret_from_fork
rwatch *$slot
continue
# expect: Value = 0
print $cpl
# expect: = 0
