"""A pool that a facility reports on, built once, and what a report says of it."""

from datetime import date

import pytest

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import Where
from pipeline.report.facts import Facts, facts
from pipeline.report.ground import Question
from pipeline.report.period import Period
from pipeline.report.project_facts import ProjectFacts, project_facts
from pipeline.report.site_facts import SiteFacts, site_facts
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


def question(lake: Lake, period: Period = TEN_DAYS, where: Where = ()) -> tuple[Cube, Question]:
    """Its cube, and those days of that pool."""
    cube = Cube.open(lake.root)
    (pool,) = (one for one in cube.pools(LOCAL) if one.name == POOL)
    return cube, Question(pool, period, where)


def asked(lake: Lake, period: Period = TEN_DAYS, template: Template | None = None) -> Facts:
    """The facts of that pool."""
    cube = Cube.open(lake.root)
    (pool,) = (one for one in cube.pools(LOCAL) if one.name == POOL)
    return facts(cube, LOCAL, pool, period, template or Template())


@pytest.fixture(scope="session")
def found(reported_lake: Lake) -> Facts:
    """The facts of its ten days in November 2026."""
    return asked(reported_lake)


@pytest.fixture(scope="session")
def of_project(reported_lake: Lake) -> ProjectFacts:
    """The facts of project A on the same days."""
    cube, asked_of = question(reported_lake)
    return project_facts(cube, LOCAL, asked_of, "A")


@pytest.fixture(scope="session")
def of_site(reported_lake: Lake) -> SiteFacts:
    """The facts of site Beta on the same days."""
    cube, asked_of = question(reported_lake)
    return site_facts(cube, LOCAL, asked_of, "Beta")
