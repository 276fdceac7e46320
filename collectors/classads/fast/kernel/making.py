"""The kernel's functions -> machine code for this machine, which runs without Numba.

Numba compiles them when they are called, here with a sample. What it made is taken as LLVM's text; the functions that
are called from outside keep their names, all others are of that code alone. Before the code is given out it has to
make the same of the sample.
"""

from collections.abc import Sequence
from typing import Any

from llvmlite import binding

from collectors.classads.fast.code import Code, Functions, linked
from collectors.classads.fast.kernel.canonical import write_canonical
from collectors.classads.fast.kernel.gathered import gather
from collectors.classads.fast.kernel.records import read_records
from collectors.classads.fast.native import Argument, Entry, flat
from collectors.classads.fast.piece import Kernel
from collectors.classads.fast.sample import WHEN, exercise
from pipeline.bounds import Limits

_LIMITS = Limits(WHEN, 1)


def made() -> Code:
    """The machine code of all functions. Raises AssertionError if it does not do what Numba's own does."""
    compiled = [Compiled(read_records), Compiled(write_canonical), Compiled(gather)]
    rows = exercise(Kernel(_LIMITS, Functions(*compiled)))
    code = object_of(compiled)
    if exercise(Kernel(_LIMITS, linked(code))) != rows:
        raise AssertionError("the kernel's code does not do the same without Numba")
    return code


class Compiled:
    """A function of Numba's that notes what it was called with. Integers and arrays; all calls have to be alike."""

    def __init__(self, function: Any) -> None:
        self._function = function
        self._entry: Entry | None = None

    def __call__(self, *arguments: Argument) -> Sequence[int]:
        given = [flat(argument) for argument in arguments]
        made = self._function(*(argument.held for argument in given))
        results = () if made is None else made if isinstance(made, tuple) else (made,)
        entry = Entry.of(self._function.__name__, given, len(results))
        if self._entry not in (None, entry):
            raise AssertionError(f"{entry.name} is called in two ways")
        self._entry = entry
        return results

    @property
    def entry(self) -> Entry:
        """How it was called. Raises AssertionError if it was not."""
        if self._entry is None:
            raise AssertionError(f"{self._function.__name__} was not called")
        return self._entry

    def module(self) -> Any:
        """What Numba made of it, with its own short name and without Numba's ways to call it."""
        ((signature, made),) = self._function.overloads.items()
        module = binding.parse_assembly(self._function.inspect_llvm(signature))
        module.verify()
        entry = module.get_function(made.fndesc.llvm_func_name)
        entry.name = self.entry.name
        for one in (*module.functions, *module.global_variables):
            if not one.is_declaration and one.name != entry.name:
                one.linkage = "internal"
        return module


def object_of(compiled: Sequence[Compiled]) -> Code:
    """One object file with all of them."""
    first, *others = (function.module() for function in compiled)
    for other in others:
        first.link_in(other)
    machine = _machine()
    passes = binding.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(first, binding.create_pass_builder(machine, binding.PipelineTuningOptions(speed_level=3)))
    return Code(tuple(function.entry for function in compiled), machine.emit_object(first))


def _machine() -> Any:
    """Makes code for the processor that it runs on, to be put anywhere in memory."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_triple(binding.get_process_triple())
    features = binding.get_host_cpu_features().flatten()
    return target.create_target_machine(cpu=binding.get_host_cpu_name(), features=features, opt=3, jit=True)
