"""An i386 machine in Python: libforkscope through ctypes. forkscope.h is the manual.

    import forkscope

    with forkscope.Machine(memory_mb=32) as machine:
        machine.load("kernel.elf", "initrd.cpio", "init=/bin/forkdemo")
        machine.hook_interrupt(0x80, lambda event: print(event.step, machine.registers().eax))
        end = machine.run(200_000_000)
        print(end, machine.exit_value, machine.serial)

The library is found as libforkscope.so.1, or where FORKSCOPE_LIBRARY points.
"""
import ctypes
import enum
import os
from ctypes import POINTER, c_char_p, c_int, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p

__all__ = ["End", "Event", "ForkscopeError", "Machine", "Registers", "version"]


class ForkscopeError(Exception):
    """What forkscope_why() says, and the errno value."""

    def __init__(self, code, why):
        super().__init__(why)
        self.errno = -code


class End(enum.IntEnum):
    """Why Machine.run() came back: enum forkscope_end."""

    UNTIL, STOPPED, EXIT, TRIPLE, STUCK, RESET, OUTPUT = range(7)


class Hook(enum.IntEnum):
    EXEC, MEMORY, INTERRUPT, IRET = range(4)


BYTE_FN = ctypes.CFUNCTYPE(None, c_void_p, c_uint8)


class Config(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t), ("memory_mb", c_uint32), ("cpu", c_char_p), ("engine", c_char_p),
        ("mips", c_uint32), ("ctx", c_void_p), ("serial", BYTE_FN), ("debugcon", BYTE_FN),
        ("history_mb", c_uint32), ("jitter", c_uint32), ("state", c_char_p),
    ]


class Registers(ctypes.Structure):
    """struct forkscope_registers."""

    _fields_ = [("size", c_size_t), ("step", c_uint64)] + [
        (name, c_uint32)
        for name in "eax ecx edx ebx esp ebp esi edi eip eflags es cs ss ds fs gs "
                    "cr0 cr2 cr3 cr4 cpl".split()
    ]


class Event(ctypes.Structure):
    """struct forkscope_event."""

    _fields_ = [
        ("kind", c_int), ("id", c_int), ("step", c_uint64), ("address", c_uint32),
        ("value", c_uint32), ("old", c_uint32), ("size", c_uint32), ("is_write", c_uint32),
        ("vector", c_uint32), ("error", c_uint32), ("cpl_from", c_uint32), ("cpl_to", c_uint32),
        ("pushed_words", c_uint32 * 10), ("pushed_count", c_uint32),
    ]

    @property
    def pushed(self):
        return list(self.pushed_words[:self.pushed_count])


HOOK_FN = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(Event))

_SIGNATURES = {
    "version": (c_char_p, []),
    "open": (c_int, [POINTER(c_void_p), POINTER(Config)]),
    "close": (None, [c_void_p]),
    "why": (c_char_p, [c_void_p]),
    "map": (c_int, [c_void_p, c_uint32, c_char_p, c_uint32]),
    "layout": (c_int, [c_void_p, c_char_p]),
    "load": (c_int, [c_void_p, c_char_p, c_char_p, c_char_p]),
    "symbols": (c_int, [c_void_p, c_char_p]),
    "hook": (c_int, [c_void_p, c_int, c_uint32, c_uint32, HOOK_FN, c_void_p]),
    "unhook": (c_int, [c_void_p, c_int]),
    "run": (c_int, [c_void_p, c_uint64]),
    "stop": (None, [c_void_p]),
    "exit_value": (c_uint32, [c_void_p]),
    "reset": (c_int, [c_void_p]),
    "input": (c_size_t, [c_void_p, c_char_p, c_size_t]),
    "goto": (c_int, [c_void_p, c_uint64]),
    "save": (c_int, [c_void_p, c_char_p]),
    "get_registers": (c_int, [c_void_p, POINTER(Registers)]),
    "set_registers": (c_int, [c_void_p, POINTER(Registers)]),
    "read": (c_int, [c_void_p, c_uint32, c_void_p, c_size_t]),
    "read_physical": (c_int, [c_void_p, c_uint32, c_void_p, c_size_t]),
    "write_physical": (c_int, [c_void_p, c_uint32, c_char_p, c_size_t]),
    "address": (c_int, [c_void_p, c_char_p, POINTER(c_uint32)]),
    "name": (c_char_p, [c_void_p, c_uint32, c_char_p, c_size_t]),
    "current": (c_int, [c_void_p, POINTER(c_int), c_char_p, c_size_t]),
    "trace": (c_int, [c_void_p, c_char_p, c_char_p, c_char_p, c_char_p]),
    "trace_end": (c_int, [c_void_p]),
    "explain_on": (c_int, [c_void_p]),
    "explain": (c_int, [c_void_p, c_char_p, c_size_t]),
}


def _load_library():
    library = ctypes.CDLL(os.environ.get("FORKSCOPE_LIBRARY", "libforkscope.so.1"))
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, "forkscope_" + name)
        function.restype, function.argtypes = result, arguments
    return library


_lib = _load_library()


def _bytes(text):
    return None if text is None else os.fsencode(text)


def version():
    return _lib.forkscope_version().decode()


class Machine:
    """A machine: struct forkscope. Calls that fail raise ForkscopeError."""

    def __init__(self, memory_mb=0, cpu=None, engine=None, mips=0, history_mb=0, jitter=0,
                 state=None):
        self.serial = bytearray()
        self.debugcon = bytearray()
        self._hooks = {}
        self._raised = None
        # ctypes' functions must live as long as the machine.
        self._config = Config(ctypes.sizeof(Config), memory_mb, _bytes(cpu), _bytes(engine), mips,
                              None, BYTE_FN(lambda _, byte: self.serial.append(byte)),
                              BYTE_FN(lambda _, byte: self.debugcon.append(byte)),
                              history_mb, jitter, _bytes(state))
        self._handle = c_void_p()
        try:
            self._check(_lib.forkscope_open(ctypes.byref(self._handle),
                                            ctypes.byref(self._config)))
        except ForkscopeError:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        _lib.forkscope_close(self._handle)
        self._handle = c_void_p()

    def _check(self, code):
        if code < 0:
            raise ForkscopeError(code, _lib.forkscope_why(self._handle).decode())
        return code

    def map(self, paddr, image):
        self._check(_lib.forkscope_map(self._handle, paddr, bytes(image), len(image)))

    def load(self, kernel, initrd=None, append=None):
        self._check(_lib.forkscope_load(self._handle, _bytes(kernel), _bytes(initrd),
                                        _bytes(append)))

    def layout(self, name):
        self._check(_lib.forkscope_layout(self._handle, _bytes(name)))

    def symbols(self, elf):
        self._check(_lib.forkscope_symbols(self._handle, _bytes(elf)))

    # ---- Hooks: the function gets an Event; what it returns that is true stops the run -----------

    def _hook(self, kind, first, last, function):
        def call(_, event):
            try:
                return 1 if function(event.contents) else 0
            except BaseException as error:  # told by run(): C cannot carry it
                self._raised = error
                return 1

        callback = HOOK_FN(call)
        number = self._check(_lib.forkscope_hook(self._handle, kind, first, last, callback, None))
        self._hooks[number] = callback
        return number

    def hook_exec(self, address, function):
        return self._hook(Hook.EXEC, address, address, function)

    def hook_memory(self, first, last, function):
        return self._hook(Hook.MEMORY, first, last, function)

    def hook_interrupt(self, vector, function):
        return self._hook(Hook.INTERRUPT, vector, vector, function)

    def hook_iret(self, function):
        return self._hook(Hook.IRET, 0, 0, function)

    def unhook(self, number):
        self._check(_lib.forkscope_unhook(self._handle, number))
        del self._hooks[number]

    # ---- Running ---------------------------------------------------------------------------------

    def run(self, until):
        end = End(self._check(_lib.forkscope_run(self._handle, until)))
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised
        return end

    def stop(self):
        _lib.forkscope_stop(self._handle)

    def reset(self):
        self._check(_lib.forkscope_reset(self._handle))

    def input(self, data):
        return _lib.forkscope_input(self._handle, bytes(data), len(data))

    def goto(self, step):
        """To a step of the past; needs Machine(history_mb=...)."""
        self._check(_lib.forkscope_goto(self._handle, step))

    def save(self, path):
        """Writes the state, to begin with: Machine(state=path)."""
        self._check(_lib.forkscope_save(self._handle, _bytes(path)))

    @property
    def exit_value(self):
        return _lib.forkscope_exit_value(self._handle)

    # ---- State -----------------------------------------------------------------------------------

    def registers(self):
        registers = Registers(size=ctypes.sizeof(Registers))
        self._check(_lib.forkscope_get_registers(self._handle, ctypes.byref(registers)))
        return registers

    def set_registers(self, registers):
        self._check(_lib.forkscope_set_registers(self._handle, ctypes.byref(registers)))

    def _read(self, function, address, size):
        buffer = ctypes.create_string_buffer(size)
        code = function(self._handle, address, buffer, size)
        if code < 0:
            raise ForkscopeError(code, f"{size} bytes at {address:#010x} are not all mapped")
        return buffer.raw

    def read(self, linear, size):
        return self._read(_lib.forkscope_read, linear, size)

    def read_physical(self, paddr, size):
        return self._read(_lib.forkscope_read_physical, paddr, size)

    def write_physical(self, paddr, data):
        code = _lib.forkscope_write_physical(self._handle, paddr, bytes(data), len(data))
        if code < 0:
            raise ForkscopeError(code, f"{len(data)} bytes at {paddr:#010x} are not all memory")

    def address(self, symbol):
        """The address of a symbol; None: there is none of that name."""
        address = c_uint32()
        found = _lib.forkscope_address(self._handle, _bytes(symbol), ctypes.byref(address)) == 0
        return address.value if found else None

    def name(self, address):
        buffer = ctypes.create_string_buffer(256)
        return _lib.forkscope_name(self._handle, address, buffer, len(buffer)).decode()

    def current(self):
        """(pid, name) of the task that the CPU works for; None: not known."""
        pid, name = c_int(), ctypes.create_string_buffer(64)
        if _lib.forkscope_current(self._handle, ctypes.byref(pid), name, len(name)) < 0:
            return None
        return pid.value, name.value.decode("latin-1")

    # ---- Trace -----------------------------------------------------------------------------------

    def trace(self, path, level=None, format=None, filter=None):
        self._check(_lib.forkscope_trace(self._handle, _bytes(path), _bytes(level),
                                         _bytes(format), _bytes(filter)))

    def trace_end(self):
        self._check(_lib.forkscope_trace_end(self._handle))

    def explain_on(self):
        self._check(_lib.forkscope_explain_on(self._handle))

    def explain(self):
        """What the last step did, in words; None: it was an ordinary instruction."""
        buffer = ctypes.create_string_buffer(1 << 16)
        told = _lib.forkscope_explain(self._handle, buffer, len(buffer)) == 0
        return buffer.value.decode("latin-1") if told else None
