"""A pool that a facility reports on, built once, and what a report says of it."""

from datetime import date

import pytest

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.report.facts import Facts, facts
from pipeline.report.period import Period
from pipeline.report.template import Template
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.copied_lake import copied
from tests.pipeline.reported_rows import POOL, reported_pool

TEN_DAYS = Period.span(date(2026, 11, 1), date(2026, 11, 10))


@pytest.fixture(scope="session")
def reported_lake(empty_lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The pool of `reported_rows` and its cube. Do not write to it."""
    made = copied(empty_lake, tmp_path_factory.mktemp("reported") / "lake")
    reported_pool(made)
    publish(made, Settings(lake=made.root), lambda step: None)
    return made


def asked(lake: Lake, period: Period = TEN_DAYS, template: Template | None = None) -> Facts:
    """The facts of that pool."""
    cube = Cube.open(lake.root)
    (pool,) = (one for one in cube.pools(LOCAL) if one.name == POOL)
    return facts(cube, LOCAL, pool, period, template or Template())


@pytest.fixture(scope="session")
def found(reported_lake: Lake) -> Facts:
    """The facts of its ten days in November 2026."""
    return asked(reported_lake)
