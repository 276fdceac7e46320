"""Builds and maintenance: when each is due, over restarts too."""

import time
from pathlib import Path
from typing import Any

import pytest

from collectors.report import Report
from collectors.service.agenda import NEVER, Agenda, Chore
from collectors.service.errand import Done, Failed, Outcome
from collectors.service.health_book import HealthBook
from collectors.service.listener import Listeners
from collectors.service.notes import Notes
from collectors.service.states import Subject, after
from collectors.service.upkeep import BUILD, FIRST_MAINTENANCE_S, MAINTAIN, Upkeep
from collectors.sources.target import Polled, Target
from pipeline.health import Health, write_health
from pipeline.settings import Settings
from tests.collectors.service.made_up import made_up

HOUR_S = 3600
SUBJECT = Subject(MAINTAIN, "lake", "lake", "pool", None, MAINTAIN, 24 * HOUR_S)
TARGET = Target("ap1", made_up("ap1", "read"), "history")


class Desk:
    """An agenda with both chores."""

    def __init__(self, lake: Path, **settings: int) -> None:
        self.agenda = Agenda(4)
        book = HealthBook(lake, Notes(lambda error: pytest.fail(str(error))))
        self.upkeep = Upkeep(self.agenda, Settings(lake=lake, **settings), book, Listeners())  # type: ignore[arg-type]
        self.upkeep.begin()
        self.now = time.monotonic()

    def due_in(self, name: str) -> float:
        chore = self.agenda.chore(name)
        assert chore is not None
        return chore.due - self.now

    def poll(self, new: int) -> None:
        report = Report()
        report.of("history").new = new
        outcome = Done(Polled(report), 1.0)
        self.upkeep.polled(TARGET, outcome, after(None, SUBJECT, outcome, 1))

    def do(self, name: str, outcome: Outcome[Any], polls_meanwhile: int = 0) -> Chore:
        chore = self.agenda.chore(name)
        assert chore is not None
        chore.busy, chore.began = True, self.now
        chore.make()
        for _ in range(polls_meanwhile):
            self.poll(1)
        self.agenda.end(chore, outcome)
        return chore


def ended(ok_utc: float) -> Health:
    return after(None, SUBJECT, Done(None, 1.0), int(ok_utc))


def test_without_new_rows_nothing_is_built(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.poll(0)
    assert desk.due_in(BUILD) == NEVER


def test_the_first_new_rows_are_built_at_once_and_the_next_after_the_interval(tmp_path: Path) -> None:
    desk = Desk(tmp_path, build_every_s=300)
    desk.poll(5)
    assert desk.due_in(BUILD) == pytest.approx(0, abs=60)
    desk.do(BUILD, Done("", 1.0))
    assert desk.due_in(BUILD) == NEVER
    desk.poll(5)
    assert desk.due_in(BUILD) == pytest.approx(300, abs=60)


def test_rows_that_came_during_a_build_are_built_after_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, build_every_s=300)
    desk.poll(5)
    desk.do(BUILD, Done("", 1.0), polls_meanwhile=2)
    assert desk.due_in(BUILD) == pytest.approx(300, abs=60)


def test_a_build_that_failed_is_tried_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path, build_every_s=300)
    desk.poll(5)
    desk.do(BUILD, Failed("a rule is broken", "", "source", 1.0))
    assert 0 < desk.due_in(BUILD) < 120


def test_a_lake_with_rows_from_before_is_built_without_new_ones(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    assert Desk(tmp_path, build_every_s=300).due_in(BUILD) == pytest.approx(300, abs=60)


def test_a_lake_that_was_never_maintained_is_soon(tmp_path: Path) -> None:
    assert Desk(tmp_path).due_in(MAINTAIN) == pytest.approx(FIRST_MAINTENANCE_S, abs=60)


def test_the_interval_counts_from_the_last_maintenance_and_not_from_the_start(tmp_path: Path) -> None:
    write_health(tmp_path, ended(time.time() - 20 * HOUR_S))
    assert Desk(tmp_path, maintain_every_h=24).due_in(MAINTAIN) == pytest.approx(4 * HOUR_S, abs=60)
    write_health(tmp_path, ended(time.time() - 200 * HOUR_S))
    assert Desk(tmp_path, maintain_every_h=24).due_in(MAINTAIN) == pytest.approx(0, abs=60)


def test_what_the_settings_do_not_want_is_not_done(tmp_path: Path) -> None:
    desk = Desk(tmp_path, build_every_s=0, maintain_every_h=0)
    desk.poll(5)
    assert len(desk.agenda) == 0
