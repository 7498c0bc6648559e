
==========================================================================================
Fork 1: tinyfork, pid 1, becomes two: parent 1 and child 2 (#1 in a trace)
flags: SIGCHLD
==========================================================================================

1. int 0x80: the CPU enters the kernel and changes stacks

   tinyfork (pid 1) executes int 0x80 at XXXXXXXX<program+0xX>, step N, with eax = 2: fork.
   Gate 0x80 of the IDT has DPL 3, so ring 3 may use it, and leads to 0008:XXXXXXXX<system_call>.
   Ring 3 to 0 needs another stack: the TSS has SS0:ESP0 = 0010:XXXXXXXX, the top of
   pid 1's kernel stack (XXXXXXXX..XXXXXXXX). There the CPU pushes 5 words:

     address   word    value
     XXXXXXXX  ss      XXXXXXXX  stack segment of ring 3
     XXXXXXXX  esp     XXXXXXXX  the program's stack pointer
     XXXXXXXX  eflags  XXXXXXXX  flags [IF]
     XXXXXXXX  cs      XXXXXXXX  code segment; the low two bits are the ring: 3
     XXXXXXXX  eip     XXXXXXXX  where to go on: the instruction behind int 0x80

2. The path through the kernel

      step    took   pid
  +N 1  system_call
  +N 1    do_fork(clone_flags=SIGCHLD, regs=XXXXXXXX) = 2
  +N 1      alloc_pid() = 2
  +N 1      copy_process(clone_flags=SIGCHLD, regs=XXXXXXXX, pid=2) = task(2)
  +N 1        dup_task_struct(orig=task(1)) = task(2)
  +N 1        copy_thread(p=task(2), regs=XXXXXXXX) = 0
  +N 1  -- pid 2 exists; its saved registers lie at XXXXXXXX
  +N 1      wake_up_new_task(p=task(2))
  +N 1  <- iret to ring 3, eax = 2
  +N 1  -- switch from tinyfork (1) to tinyfork (2), esp XXXXXXXX
  +N 2  ret_from_fork
  +N 2  <- iret to ring 3, eax = 0

3. The child's saved registers beside the parent's (highest address first)

               parent    child
     at        XXXXXXXX  XXXXXXXX      who wrote the child's
     ss        XXXXXXXX  XXXXXXXX      copy_thread, tinyfork/tinyfork.c:N
     sp        XXXXXXXX  XXXXXXXX      "
     flags     XXXXXXXX  XXXXXXXX      "
     cs        XXXXXXXX  XXXXXXXX      "
     ip        XXXXXXXX  XXXXXXXX      "
     --------- above: pushed by the CPU; below: pushed by the entry code
     orig_ax   XXXXXXXX  XXXXXXXX      "
     es        XXXXXXXX  XXXXXXXX      "
     ds        XXXXXXXX  XXXXXXXX      "
     ax        XXXXXXXX  XXXXXXXX  <>  copy_thread, tinyfork/tinyfork.c:N
     bp        XXXXXXXX  XXXXXXXX      copy_thread, tinyfork/tinyfork.c:N
     di        XXXXXXXX  XXXXXXXX      "
     si        XXXXXXXX  XXXXXXXX      "
     dx        XXXXXXXX  XXXXXXXX      "
     cx        XXXXXXXX  XXXXXXXX      "
     bx        XXXXXXXX  XXXXXXXX      "

   The child will find 0 in eax.

4. One call, two returns

     parent  pid 1      step N     eip XXXXXXXX<program+0xX>  esp XXXXXXXX  eax = 2
     child   pid 2      step N     eip XXXXXXXX<program+0xX>  esp XXXXXXXX  eax = 0

   Both go on at the same instruction; eax tells them who they are.

5. How the two memories part

     child   pid 2      step N     exits and has copied no page
     parent  pid 1      step N    exits and has copied no page

6. The child as Linux 0.11 made it: a task state segment of its own

     at  field      0.11      the child's pt_regs
     00  back_link  XXXXXXXX                         no task called this one
     04  esp0       XXXXXXXX                         top of the child's kernel page
     08  ss0        XXXXXXXX                         the kernel's data segment
     0c  esp1       XXXXXXXX                         rings 1 and 2 are not used
     10  ss1        XXXXXXXX
     14  esp2       XXXXXXXX
     18  ss2        XXXXXXXX
     1c  cr3        XXXXXXXX                         the page directory; 0.11 had one for all
     20  eip        XXXXXXXX  ip        XXXXXXXX     pushed by the CPU
     24  eflags     XXXXXXXX  flags     XXXXXXXX     pushed by the CPU
     28  eax        XXXXXXXX  ax        XXXXXXXX     fork returns 0 in the child
     2c  ecx        XXXXXXXX  cx        XXXXXXXX     saved by the entry code
     30  edx        XXXXXXXX  dx        XXXXXXXX     saved by the entry code
     34  ebx        XXXXXXXX  bx        XXXXXXXX     saved by the entry code
     38  esp        XXXXXXXX  sp        XXXXXXXX     pushed by the CPU
     3c  ebp        XXXXXXXX  bp        XXXXXXXX     saved by the entry code
     40  esi        XXXXXXXX  si        XXXXXXXX     saved by the entry code
     44  edi        XXXXXXXX  di        XXXXXXXX     saved by the entry code
     48  es         XXXXXXXX  es        XXXXXXXX     saved by the entry code
     4c  cs         XXXXXXXX  cs        XXXXXXXX     pushed by the CPU
     50  ss         XXXXXXXX  ss        XXXXXXXX     pushed by the CPU
     54  ds         XXXXXXXX  ds        XXXXXXXX     saved by the entry code
     58  fs         -                                saved by the entry code
     5c  gs         -                                saved by the entry code
     60  ldt        XXXXXXXX                         0.11: the child's own slot in the GDT
     64  i/o map    XXXXXXXX                         behind the end of the segment: no ports

   0.11 filled the TSS from the parent's words and let the CPU load it; later kernels
   put the same words on the child's kernel stack and pop them.

