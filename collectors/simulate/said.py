"""How failing runs say what is wrong: `faults.toml` in; endings with codes and texts as HTCondor has them out."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any

from collectors.simulate.records import Ending, Move, Request, Said
from collectors.simulate.submissions import pick


@dataclass(frozen=True, slots=True)
class Words:
    """Ways to fail, with their cumulative weights."""

    said: tuple[Said, ...]
    weights: tuple[float, ...]

    def drawn(self, rng: Random) -> Said:
        return self.said[pick(rng, self.weights)]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a text may tell of a run: who runs what where, and which file is on its way."""

    slot: str
    request: Request
    moves: tuple[Move, ...]
    number: int
    limit_h: int = 0

    def ending(self, said: Said) -> Ending:
        """The ending that this says of the run."""
        evicted = said.kind == "evicted" and not said.before
        return Ending(
            said.kind,
            exit_code=said.exit_code,
            exit_signal=15 if evicted else said.exit_signal,
            code=said.code,
            subcode=said.subcode,
            reason=self._filled(said.text) if said.text else None,
            before_execution=said.before,
        )

    def _filled(self, text: str) -> str:
        request = self.request
        task = request.submit_file.removesuffix(".sub")
        parts: Mapping[str, str | int] = {
            "ap": f"ap{request.user.ap + 1}",
            "slot": self.slot,
            "execute": f"/var/lib/condor/execute/dir_{self.number}",
            "owner": request.user.owner,
            "task": task,
            "url": self.moves[-1].url if self.moves else f"osdf:///sim/{request.project.name or 'none'}/{task}.tar",
            "endpoint": self.moves[-1].endpoint if self.moves else "",
            "limit_h": self.limit_h,
        }
        return text.format_map(parts)


@cache
def words(*names: str) -> Words:
    """The ways to fail of that section of `faults.toml`. KeyError if there is none."""
    section: Any = _written()
    for name in names:
        section = section[name]
    said = tuple(Said(**one) for one in section["said"])
    return Words(said, tuple(accumulate(float(one.weight) for one in said)))


def classes(name: str) -> tuple[str, ...]:
    """The classes of failures that name the fault rightly."""
    return tuple(_written()[name]["classes"])


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("faults.toml").read_text("utf-8"))
