"""Helpers for gdb on forkscope.

    gdb -x forkscope.py kernel.elf
    (gdb) forkscope connect 1234

What it does:
  - backtraces go through the trap frame (struct pt_regs) of a Linux-like i386 kernel into the
    program that was interrupted, also from half-built frames in the entry code; where the entry
    code has call frame information (.cfi_signal_frame), gdb does that by itself, but for a
    frame that waits for no other: gdb would not name it
  - `forkscope connect [HOST:]PORT`  target remote, with what suits a whole machine
  - `forkscope goto N`               to step N, back or forth (also a checkpoint's name)
  - `forkscope program FILE`         symbols of a user program for the current process
  - `forkscope frame [PID]`, `forkscope tasks`, `forkscope forks`, `forkscope last-write PLACE`,
    and every other command of the monitor: the same as `monitor ...`, after which gdb looks anew
"""
import re
import struct

import gdb
import gdb.unwinder

PLAIN = ("ebx", "ecx", "edx", "esi", "edi", "ebp", "eax")
PUSHED = ("eip", "cs", "eflags")
USER_ONLY = ("esp", "ss")
ENTRY_FILE = "entry.S"
EFLAGS_FIXED = 2
EFLAGS_NEVER = 0xFFC0802A & ~EFLAGS_FIXED


class Layout:
    """Where struct pt_regs keeps its members: read once from the kernel's debug information."""

    def __init__(self):
        pt_regs = gdb.lookup_type("struct pt_regs")
        self.size = pt_regs.sizeof
        self.offset = {}
        for field in pt_regs.fields():
            name = field.name
            for known in PLAIN + PUSHED + USER_ONLY:
                if name in (known, known[1:] if known[0] == "e" else known):
                    self.offset[known] = field.bitpos // 8
        self.stack = gdb.lookup_type("union thread_union").sizeof


class FrameId:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc


def is_behind_call(pc):
    """Does one come back here from a call? So it is where a frame waits for another to return. What
    lies before a function's first instruction is another's."""
    if "+" not in gdb.execute(f"info symbol {pc}", to_string=True):
        return False
    try:
        code = bytes(gdb.selected_inferior().read_memory(pc - 7, 7))
    except gdb.error:
        return False
    return code[2] == 0xE8 or any(code[7 - size] == 0xFF and code[8 - size] >> 3 & 7 == 2
                                  for size in (2, 3, 4, 6, 7))


def function_start(pc):
    """The same for all instructions of a function: a frame's identity must not change by a step."""
    found = re.match(r"\S+ \+ (\d+) in section", gdb.execute(f"info symbol {pc}", to_string=True))
    return pc - int(found.group(1)) if found else pc


def debug_frame(path):
    """The section .debug_frame of an ELF file for i386, or nothing."""
    with open(path, "rb") as file:
        elf = file.read()
    sections, size, count, names = struct.unpack_from("<I10xHHH", elf, 32)
    header = [struct.unpack_from("<10I", elf, sections + i * size) for i in range(count)]
    for name, _, _, _, offset, length, *_ in header:
        start = header[names][4] + name
        if elf[start:elf.index(b"\0", start)] == b".debug_frame":
            return elf[offset:offset + length]
    return b""


class SignalFrames:
    """The code of which the file itself says that its frames are those of interrupts."""

    def __init__(self, path):
        self.ranges = []
        frames, at, signal = debug_frame(path), 0, set()
        while at + 8 <= len(frames):
            length, cie = struct.unpack_from("<II", frames, at)
            if cie == 0xFFFFFFFF:
                augmentation = frames[at + 9:frames.index(b"\0", at + 9)]
                if b"S" in augmentation:
                    signal.add(at)
            elif cie in signal:
                self.ranges.append(struct.unpack_from("<II", frames, at + 8))
            at += 4 + length

    def covers(self, pc):
        return any(start <= pc < start + length for start, length in self.ranges)


def word(address):
    memory = gdb.selected_inferior().read_memory(address, 4)
    return int.from_bytes(bytes(memory), "little")


class TrapFrames(gdb.unwinder.Unwinder):
    """From the entry code to what it interrupted."""

    def __init__(self):
        super().__init__("forkscope trap frames")
        self.layouts = {}
        self.frames = {}

    def is_covered(self, pc):
        """gdb can do it, and goes on to main; it shows the frame as <signal handler called>."""
        path = gdb.current_progspace().filename
        if path not in self.frames:
            try:
                self.frames[path] = SignalFrames(path)
            except (OSError, ValueError, IndexError, TypeError, struct.error):
                self.frames[path] = None
        return self.frames[path] is not None and self.frames[path].covers(pc)

    def layout(self):
        program = gdb.current_progspace().filename
        if program not in self.layouts:
            try:
                self.layouts[program] = Layout()
            except gdb.error:
                self.layouts[program] = None
        return self.layouts[program]

    @staticmethod
    def in_entry_code(pc):
        symtab = gdb.find_pc_line(pc).symtab
        return symtab is not None and symtab.filename.endswith(ENTRY_FILE)

    @staticmethod
    def plausible(layout, base):
        """Do eip, cs and eflags of a frame at `base` look like what the CPU pushes?"""
        try:
            cs = word(base + layout.offset["cs"]) & 0xFFFF
            eflags = word(base + layout.offset["eflags"])
        except gdb.error:
            return False
        return cs & 3 in (0, 3) and cs > 3 and eflags & EFLAGS_FIXED and not eflags & EFLAGS_NEVER

    def find(self, layout, sp):
        """The frame's address, and whether the general registers are in it."""
        top = (sp & -layout.stack) + layout.stack
        if top - sp <= layout.size and self.plausible(layout, top - layout.size):
            return top - layout.size, top - sp == layout.size
        for arguments in range(0, 20, 4):
            if self.plausible(layout, sp + arguments):
                return sp + arguments, True
        return None, False

    def __call__(self, pending):
        pc = int(pending.read_register("eip")) & 0xFFFFFFFF
        sp = int(pending.read_register("esp")) & 0xFFFFFFFF
        if not self.in_entry_code(pc) or (self.is_covered(pc) and is_behind_call(pc)):
            return None
        layout = self.layout()
        if layout is None or "switch" in (gdb.execute(f"info symbol {pc}", to_string=True)):
            return None
        base, whole = self.find(layout, sp)
        if base is None:
            return None
        return self.unwind(pending, layout, base, whole, pc)

    @staticmethod
    def unwind(pending, layout, base, whole, pc):
        word_type = gdb.lookup_type("unsigned int")
        user = word(base + layout.offset["cs"]) & 3 == 3
        # gdb stops at a caller whose stack lies below its own, as the program's does below the kernel's:
        # so this frame is placed where the program's stack ends.
        place = word(base + layout.offset["esp"]) if user else base
        info = pending.create_unwind_info(
            FrameId(gdb.Value(place), gdb.Value(function_start(pc))))

        def saved(name, value):
            info.add_saved_register(name, gdb.Value(value).cast(word_type))

        for name in PUSHED:
            saved(name, word(base + layout.offset[name]))
        for name in PLAIN:
            at = base + layout.offset[name]
            saved(name, word(at) if whole else int(pending.read_register(name)) & 0xFFFFFFFF)
        if user:
            for name in USER_ONLY:
                saved(name, word(base + layout.offset[name]))
        else:
            saved("esp", base + layout.offset["esp"])
        return info


class Forkscope(gdb.Command):
    """forkscope connect [HOST:]PORT | goto N | program FILE | any command of the monitor."""

    def __init__(self):
        super().__init__("forkscope", gdb.COMMAND_RUNNING)

    @staticmethod
    def connect(where):
        gdb.execute("set sysroot")
        gdb.execute("set schedule-multiple on")
        gdb.execute("target remote " + (where if ":" in where else "127.0.0.1:" + where))

    @staticmethod
    def monitor(command):
        gdb.execute("monitor " + command)
        gdb.execute("maintenance flush register-cache", to_string=True)

    def invoke(self, argument, from_tty):
        words = argument.split(None, 1)
        rest = words[1] if len(words) > 1 else ""
        if not words:
            gdb.write(self.__doc__ + "\n")
        elif words[0] == "connect":
            self.connect(rest or "1234")
        elif words[0] == "program":
            gdb.execute("add-symbol-file " + rest)
        else:
            self.monitor(argument)


def describe_registers(event):
    """gdb reads the description of the registers for the first process alone: read it for each."""
    if gdb.parse_and_eval("$icount").type.code == gdb.TYPE_CODE_VOID:
        gdb.execute("unset tdesc filename", to_string=True)


gdb.events.stop.connect(describe_registers)
gdb.unwinder.register_unwinder(None, TrapFrames(), replace=True)
Forkscope()
