# Break by symbol, by source line and by address; step, finish, and the same backwards.
# never: Error in sourced
break do_fork
continue
# expect: Breakpoint 1.*do_fork \(
backtrace
# expect: #0 +do_fork \(
# expect: #[1-9] .*start_kernel
print $cr0
# expect: \[ PE .*PG \]
print $cpl
# expect: = 0
set $there = $icount
stepi
stepi
reverse-stepi
reverse-stepi
print $icount == $there
# expect: = 1
print $pc == (void (*)()) do_fork
# expect: = 1
next
next
reverse-next
finish
# expect: Value returned is .* 1$
reverse-finish
# expect: Breakpoint 1.*do_fork
print $icount == $there
# expect: = 1
delete
python line = gdb.decode_line("copy_thread")[1][0].line
python gdb.execute(f"tbreak process.c:{line}")
continue
# expect: hit Temporary breakpoint.*copy_thread \(
up
# expect: copy_process
reverse-continue
# expect: No more reverse-execution history
print $icount
# expect: = 0
tbreak *0xc0100104
continue
# expect: system_call \(\)
info inferiors
# expect: process 99999
# expect: \* +2 +process 1 
info threads
# expect: Thread 99999.99999 "swapper"
# expect: \* .*Thread 1.1 .*"
monitor gdt
# expect: code  .*dpl 3
monitor idt 0x80
# expect: trap gate .*dpl 3.*system_call
monitor frame
# expect: eip .*pushed by the CPU
monitor help
# expect: last-write PLACE
