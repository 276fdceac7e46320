"""The kernel's machine code: as a file keeps it, and as functions that can be called.

In a file a digest comes first, then one line that says which functions are in the code, then the code, an object file
as a linker takes it. What does not have its digest was cut off or is something else: it is not run.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

from collectors.classads.fast.native import Entry, NativeFunction

_DIGEST = 32

Function = Callable[..., Sequence[int]]


class Functions(NamedTuple):
    """What is called of the kernel: the functions of that name in the folder `kernel`, in whatever form."""

    read_records: Function
    write_canonical: Function
    gather: Function


@dataclass(frozen=True)
class Code:
    """An object file, and what is called of it, by the names of `Functions`."""

    entries: tuple[Entry, ...]
    binary: bytes

    def as_file(self) -> bytes:
        """The content of a file that keeps it."""
        content = json.dumps([asdict(entry) for entry in self.entries]).encode() + b"\n" + self.binary
        return _digest(content) + content


def code_of(stored: bytes) -> Code | None:
    """The code that such a file keeps; None where it is not whole."""
    digest, content = stored[:_DIGEST], stored[_DIGEST:]
    if _digest(content) != digest:
        return None
    entries, _, binary = content.partition(b"\n")
    return Code(tuple(Entry(**entry) for entry in json.loads(entries)), binary)


@cache
def linked(code: Code) -> Functions:
    """The kernel's functions, put into this process once and for all."""
    return Functions(**placed(code))


def placed(code: Code) -> dict[str, NativeFunction]:
    """What is called of any such code, by name; it is put into this process's memory."""
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    machine = binding.Target.from_triple(binding.get_process_triple()).create_target_machine(jit=True)
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
    engine.add_object_file(binding.ObjectFileRef.from_data(code.binary))
    engine.finalize_object()
    return {
        entry.name: NativeFunction(entry, engine.get_function_address(entry.name), memory=engine)
        for entry in code.entries
    }


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST).digest()
