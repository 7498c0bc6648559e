# --on-crash gdb: after a triple fault gdb finds the registers as they were before the reset, and the
# way there: the step of the fault that could not be delivered, and the instruction before.
# never: Error in sourced
print/x $eip
# expect: = 0x100027
x/i $eip
# expect: ud2
print/x $cr0
# expect: = 0x60000011
print $icount
# expect: = 2
reverse-stepi
print $icount
# expect: = 1
print/x $eip
# expect: = 0x100027
reverse-stepi
print/x $eip
# expect: = 0x100020
x/i $eip
# expect: lidt
stepi
print/x $eip
# expect: = 0x100027
continue
# expect: the run is over: triple-fault
print $icount
# expect: = 2
detach
