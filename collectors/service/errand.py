"""What a child process is sent to do, and what comes back: an answer, or why there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

T_co = TypeVar("T_co", covariant=True)

Fault = Literal["source", "lake", "time", "death"]
"""What was wrong: the source or setting, the lake, no answer in time, or the child's own death."""


@dataclass(frozen=True)
class Errand(Generic[T_co]):
    """`run(*args)` in a child process, for at most `limit_s` seconds. All of it is pickled: `run` is a module's."""

    name: str
    run: Callable[..., T_co]
    args: tuple[Any, ...]
    limit_s: float


@dataclass(frozen=True)
class Done(Generic[T_co]):
    """It went well. `said` is the end of what the child wrote to its standard output and error."""

    value: T_co
    seconds: float
    said: str = ""


@dataclass(frozen=True)
class Failed:
    """There is no answer: `what` went wrong, and `hint`, what to do about it."""

    what: str
    hint: str
    fault: Fault
    seconds: float
    said: str = ""


Outcome = Done[T_co] | Failed
