# --on-crash gdb: a guest that panicked stands where it did when gdb comes, and can be taken back.
# never: Error in sourced
backtrace 4
# expect: panic \(
forkscope where
# expect: ring 0
tbreak panic
reverse-continue
# expect: Temporary breakpoint.*panic \(
print $eip == (unsigned) &panic
# expect: = 1
reverse-stepi
detach
