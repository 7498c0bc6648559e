
==========================================================================================
Fork 1: forkdemo, pid 1, becomes two: parent 1 and child 3 (#3 in a trace)
flags: SIGCHLD
==========================================================================================

1. int 0x80: the CPU enters the kernel and changes stacks

   forkdemo (pid 1) executes int 0x80 at XXXXXXXX<fork+0xX>, step N, with eax = 2: fork.
   Gate 0x80 of the IDT has DPL 3, so ring 3 may use it, and leads to 0060:XXXXXXXX<system_call>.
   Ring 3 to 0 needs another stack: the TSS has SS0:ESP0 = 0068:XXXXXXXX, the top of
   pid 1's kernel stack (XXXXXXXX..XXXXXXXX). There the CPU pushes 5 words:

     address   word    value
     XXXXXXXX  ss      XXXXXXXX  stack segment of ring 3
     XXXXXXXX  esp     XXXXXXXX  the program's stack pointer
     XXXXXXXX  eflags  XXXXXXXX  flags [PF SF IF]
     XXXXXXXX  cs      XXXXXXXX  code segment; the low two bits are the ring: 3
     XXXXXXXX  eip     XXXXXXXX  where to go on: the instruction behind int 0x80

2. The path through the kernel

      step    took   pid
  +N 1  system_call
  +N 1    sys_fork() = 3
  +N 1      do_fork(clone_flags=SIGCHLD, stack_start=0, regs=XXXXXXXX, ...) = 3
  +N 1        alloc_pid() = 3
  +N 1          alloc_pidmap() = 3
  +N 1        copy_process(clone_flags=SIGCHLD, stack_start=0, ...) = task(3)
  +N 1          dup_task_struct(orig=task(1)) = task(3)
  +N 1          copy_creds(p=task(3), clone_flags=SIGCHLD) = 0
  +N 1          copy_semundo(clone_flags=SIGCHLD, p=task(3)) = 0
  +N 1          copy_files(clone_flags=SIGCHLD, p=task(3)) = 0
  +N 1          copy_fs(clone_flags=SIGCHLD, p=task(3)) = 0
  +N 1          copy_sighand(clone_flags=SIGCHLD, p=task(3)) = 0
  +N 1          copy_signal(clone_flags=SIGCHLD, p=task(3)) = 0
  +N 1          copy_mm(clone_flags=SIGCHLD, p=task(3)) = 0
  +N 1          copy_namespaces(clone_flags=SIGCHLD, p=task(3)) = 0
  +N 1          copy_thread(clone_flags=SIGCHLD, stack_start=0, ...) = 0
  +N 1          sched_fork(p=task(3))
  +N 1  -- the time slice is shared: parent 25 ticks, child 25
  +N 1  -- pid 3 exists; its saved registers lie at XXXXXXXX
  +N 1        wake_up_new_task(p=task(3), clone_flags=SIGCHLD)
  +N 1          trace_sched_wakeup_new(task=task(3))
  +N 1    schedule()
  +N 1  -- switch from forkdemo (1) to forkdemo (3), esp XXXXXXXX
  +N 1      context_switch(prev=task(1), next=task(3)) = task(3)
  +N 3    __switch_to(prev=task(1), next=task(3)) = task(1)
  +N 3  ret_from_fork
  +N 3    schedule_tail(prev=task(1))
  +N 3  <- iret to ring 3, eax = 0
  +N 3  -- switch from forkdemo (3) to forkdemo (1), esp XXXXXXXX
  +N 1        __switch_to(prev=task(3), next=task(1)) = task(3)
  +N 1  <- iret to ring 3, eax = 3

3. The child's saved registers beside the parent's (highest address first)

               parent    child
     at        XXXXXXXX  XXXXXXXX      who wrote the child's
     ss        XXXXXXXX  XXXXXXXX      copy_thread, guest/kernel/arch/i386/kernel/process.c:N
     esp       XXXXXXXX  XXXXXXXX      "
     eflags    XXXXXXXX  XXXXXXXX      "
     cs        XXXXXXXX  XXXXXXXX      "
     eip       XXXXXXXX  XXXXXXXX      "
     --------- above: pushed by the CPU; below: pushed by the entry code
     orig_eax  XXXXXXXX  XXXXXXXX      "
     gs        XXXXXXXX  XXXXXXXX      "
     fs        XXXXXXXX  XXXXXXXX      "
     es        XXXXXXXX  XXXXXXXX      "
     ds        XXXXXXXX  XXXXXXXX      "
     eax       XXXXXXXX  XXXXXXXX  <>  copy_thread, guest/kernel/arch/i386/kernel/process.c:N
     ebp       XXXXXXXX  XXXXXXXX      copy_thread, guest/kernel/arch/i386/kernel/process.c:N
     edi       XXXXXXXX  XXXXXXXX      "
     esi       XXXXXXXX  XXXXXXXX      "
     edx       XXXXXXXX  XXXXXXXX      "
     ecx       XXXXXXXX  XXXXXXXX      "
     ebx       XXXXXXXX  XXXXXXXX      "

   The child will find 0 in eax. The parent's slot still holds 2;
   its result, 3, goes there on the way out.

4. One call, two returns

     parent  pid 1      step N   eip XXXXXXXX<fork+0xX>  esp XXXXXXXX  eax = 3
     child   pid 3      step N    eip XXXXXXXX<fork+0xX>  esp XXXXXXXX  eax = 0

   Both go on at the same instruction; eax tells them who they are.

5. How the two memories part

     child   pid 3      step N   writes to page XXXXXXXX: page frame XXXXX -> XXXXX
     parent  pid 1      step N   exits and has copied no page

