"""Faults of users, their submit files, their credentials and their images."""

from dataclasses import dataclass, replace
from random import Random

from collectors.simulate.faults import EndsAt, Fault, Run
from collectors.simulate.records import Request
from collectors.simulate.said import words


@dataclass(frozen=True)
class WrongLibrary(Fault):
    """An image was built anew without a library: most programs in it end as soon as they begin."""

    fails: float = 0.9

    def ends(self, rng: Random, run: Run) -> EndsAt | None:
        if run.request.image != self.value or not self.lasts(run.ready) or rng.random() >= self.fails:
            return None
        return self._says(rng, run, min(1.0, (1 + 20 * rng.random()) / run.execution_s))


@dataclass(frozen=True)
class OverRequest(Fault):
    """A user asks for many times the memory of before; the programs use what they used."""

    times: int = 12

    def submits(self, request: Request, when: int) -> Request:
        if request.user.user != self.value or not self.lasts(when):
            return request
        shape = request.project.shape
        less = replace(shape, memory_used=shape.memory_used / self.times)
        project = replace(request.project, shape=less)
        return replace(request, project=project, memory_mib=request.memory_mib * self.times)


@dataclass(frozen=True)
class ExpiredCredential(Fault):
    """A user's token has expired: what needs it fails, before the program or after it, until it is renewed."""

    fails: float = 0.9

    def ends(self, rng: Random, run: Run) -> EndsAt | None:
        if run.request.user.user != self.value or not self.lasts(run.ready) or rng.random() >= self.fails:
            return None
        return self._says(rng, run, 1.0)


@dataclass(frozen=True)
class Typo(Fault):
    """A user's submit file names what is not there: every run of what is submitted then fails in the same way."""

    which: int = 0

    def submits(self, request: Request, when: int) -> Request:
        if request.user.user != self.value or not self.lasts(when):
            return request
        return replace(request, mistake=words(self.name).said[self.which])
