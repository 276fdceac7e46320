"""One simulated pool, written once for all tests of its files."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from collectors.simulate.events import Troubles, troubles
from collectors.simulate.plan import Plan
from collectors.simulate.population import Population, populate
from collectors.simulate.write import Written, write_pool
from tests.collectors.simulate.splitter import Found, split

PLAN = Plan(seed=7, days=60, jobs=9000)


@dataclass(frozen=True)
class Pool:
    """What was planned, what the writer says, and what stands in the files, by access point."""

    plan: Plan
    written: Written
    population: Population
    troubles: Troubles
    history: dict[str, list[Found]]
    epochs: dict[str, list[Found]]

    def finals(self) -> list[Found]:
        return [record for records in self.history.values() for record in records]

    def of_kind(self, kind: str) -> list[Found]:
        return [record for records in self.epochs.values() for record in records if record.kind == kind]

    def vanilla(self) -> list[Found]:
        return [record for record in self.finals() if record.ad["JobUniverse"] == "5"]


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    folder: Path = tmp_path_factory.mktemp("simulated") / "pool"
    written = write_pool(PLAN, folder)
    population = populate(PLAN)
    return Pool(
        plan=PLAN,
        written=written,
        population=population,
        troubles=troubles(PLAN, population),
        history={ap: split(folder / ap / "history") for ap in PLAN.aps},
        epochs={ap: split(folder / ap / "epoch_history") for ap in PLAN.aps},
    )
