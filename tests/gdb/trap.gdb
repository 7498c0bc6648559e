# Through int 0x80 into the kernel, the backtrace through the trap frame into the program, and back
# over iret; then the same backwards.
# never: Error in sourced
tbreak sys_getpid
continue
# expect: sys_getpid \(\)
python gdb.execute(f"forkscope program {guest}/bin/forkdemo")
backtrace 3
# expect: #0 +sys_getpid \(\)
# expect: #1 +<signal handler called>
# expect: #2 .* getpid \(\)
up 2
# expect: getpid \(\)
print $sp < 0xc0000000
# expect: = 1
down 2
print $cpl
# expect: = 0
while $cpl == 0
  stepi
end
x/i $pc
# expect: <getpid\+
print $eax
# expect: = 3$
set $user = $pc
reverse-stepi
x/i $pc
# expect: iret
stepi
print $pc == $user && $cpl == 3
# expect: = 1
tbreak system_call
reverse-continue
# expect: Temporary breakpoint.*system_call
reverse-stepi
x/i $pc
# expect: int +\$0x80
print $cpl
# expect: = 3
stepi
# expect: system_call \(\)
print $cpl
# expect: = 0
forkscope where
# expect: ring 0 .*forkdemo, pid 3
forkscope goto 1000000
print $icount
# expect: = 1000000
