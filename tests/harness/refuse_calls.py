"""Runs a command in whose process the kernel refuses some system calls, as a sandbox may (seccomp).

Usage: refuse_calls.py CALL... -- COMMAND [ARGUMENT...]
They fail with EPERM. Exit status 77 where this host has no such filters, or other numbers.
"""

import ctypes
import os
import platform
import struct
import sys

NUMBERS = {
    "x86_64": {"sched_setaffinity": 203, "sched_getaffinity": 204},
    "aarch64": {"sched_setaffinity": 122, "sched_getaffinity": 123},
}
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # Classic BPF.
EPERM_ACTION, ALLOW_ACTION = 0x00050001, 0x7FFF0000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
UNKNOWN_HERE = 77


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def filter_of(calls: list[str]) -> bytes:
    numbers = NUMBERS.get(platform.machine())
    if numbers is None:
        sys.exit(UNKNOWN_HERE)
    program = [(LOAD, 0, 0, 0)]
    for call in calls:
        program += [(JUMP_IF_EQUAL, 0, 1, numbers[call]), (RETURN, 0, 0, EPERM_ACTION)]
    program.append((RETURN, 0, 0, ALLOW_ACTION))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def main() -> None:
    cut = sys.argv.index("--")
    instructions = filter_of(sys.argv[1:cut])
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    program = Program(len(instructions) // 8, ctypes.addressof(buffer))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
            or prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0):
        sys.exit(UNKNOWN_HERE)
    os.execv(sys.argv[cut + 1], sys.argv[cut + 1:])


if __name__ == "__main__":
    main()
