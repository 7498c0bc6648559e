# A timer interrupt that found a program running: the backtrace goes from the handler to main.
# never: Error in sourced
break sys_fork
continue
# expect: sys_fork \(\)
delete
python
while True:
    gdb.execute("tbreak do_IRQ")
    gdb.execute("continue")
    if int(gdb.parse_and_eval("regs->cs")) & 3:
        break
end
python gdb.execute(f"forkscope program {guest}/bin/puzzle")
print regs->cs & 3
# expect: = 3
backtrace
# expect: #0 +do_IRQ \(
# expect: #1 +<signal handler called>
# expect: main \(
