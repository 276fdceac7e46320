"""Whatever a schedd's history looks like, and wherever polls end: every record is taken in once, or a gap says not."""

import atexit
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from collectors.asking.asker import Asker
from collectors.asking.evidence import DAY_S
from collectors.asking.poll import HistoryPoll, Question
from collectors.coverage import Span
from collectors.sources.target import Polled
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.schema import COVERAGE, JOB, SOURCE_FILE
from pipeline.settings import Settings
from tests.collectors.asking.made_schedd import MadeSchedd, final_ad
from tests.collectors.records import START

QUESTION = Question("remote: history of ap1.example.org", "ap1.example.org", None, page=10, timeout_s=3600)
NOW = START + 100_000


class Collected:
    """A lake, and polls of one schedd into it, each a minute later than the one before."""

    def __init__(self, lake: Lake, schedd: MadeSchedd, page: int = 10) -> None:
        self.lake, self.schedd = lake, schedd
        self._question = replace(QUESTION, page=page)
        self.now = NOW - 60

    def poll(self) -> Polled:
        self.now += 60
        now = datetime.fromtimestamp(self.now, UTC)
        asker: Asker = self.schedd  # type: ignore[assignment]
        return HistoryPoll(self._question, asker, self.lake, Settings(lake=self.lake.root), now).go()

    def jobs(self) -> list[int]:
        return sorted(self.lake.read(JOB, ["cluster"]).column("cluster").to_pylist())

    def spans(self) -> list[Span]:
        rows = self.lake.read(COVERAGE, ["state", "from_utc", "to_utc", "evidence", "mark"]).to_pylist()
        return sorted((Span(**row) for row in rows), key=lambda span: (span.to_utc, span.from_utc))

    def gaps(self) -> list[tuple[int, int]]:
        return [(span.from_utc, span.to_utc) for span in self.spans() if span.state == "gap"]

    def states(self) -> list[tuple[str, int, int]]:
        return [(span.state, span.from_utc, span.to_utc) for span in self.spans()]


@pytest.fixture
def schedd() -> MadeSchedd:
    return MadeSchedd()


@pytest.fixture
def collected(lake: Lake, schedd: MadeSchedd) -> Collected:
    return Collected(lake, schedd)


def write(schedd: MadeSchedd, *clusters: int) -> None:
    schedd.ads += [final_ad(cluster, 10 * cluster) for cluster in clusters]


def test_the_first_poll_reads_all_there_is_and_the_next_only_what_is_new(
    collected: Collected, schedd: MadeSchedd
) -> None:
    write(schedd, 1, 2, 3)
    collected.poll()
    write(schedd, 4)
    report = collected.poll().report
    assert collected.jobs() == [1, 2, 3, 4]
    assert report.kinds["history, asked"].new == 1
    assert collected.states() == [("proven", START + 210, NOW), ("proven", NOW, NOW + 60)]


def test_a_poll_that_finds_nothing_new_writes_nothing(collected: Collected, schedd: MadeSchedd, lake: Lake) -> None:
    write(schedd, 1, 2, 3)
    collected.poll()
    collected.poll()
    assert (lake.count(SOURCE_FILE), lake.count(COVERAGE)) == (1, 1)


def test_a_record_that_equals_the_newest_known_one_to_the_second_is_seen(
    collected: Collected, schedd: MadeSchedd
) -> None:
    write(schedd, 1, 2)
    collected.poll()
    schedd.ads.append(final_ad(2, 20).replace(b"ExitCode", b"X").replace(b"RequestCpus = 1", b"RequestCpus = 2"))
    collected.poll()
    assert collected.jobs() == [1, 2, 2]


def test_a_backlog_larger_than_an_answer_comes_whole(collected: Collected, schedd: MadeSchedd) -> None:
    write(schedd, *range(1, 96))
    polled = collected.poll()
    assert not polled.more
    assert collected.jobs() == list(range(1, 96))
    assert max(schedd.asked) == 10
    assert collected.states()[0][:2] == ("proven", START + 210)
    assert all(state == "proven" for state, _, _ in collected.states())


def test_a_record_written_long_after_its_time_is_not_missed(collected: Collected, schedd: MadeSchedd) -> None:
    write(schedd, *range(1, 60))
    collected.poll()
    schedd.ads += [final_ad(100, 3), *(final_ad(cluster, 600 + cluster) for cluster in range(101, 140))]
    collected.poll()
    assert collected.jobs() == [*range(1, 60), *range(100, 140)]


def test_new_records_come_first_while_a_backlog_is_still_being_read(lake: Lake, schedd: MadeSchedd) -> None:
    collected = Collected(lake, schedd)
    write(schedd, *range(1, 96))
    schedd.dies_after = 3
    with pytest.raises(SourceError):
        collected.poll()
    assert 20 > len(collected.jobs()) >= 10
    write(schedd, 96)
    schedd.dies_after = len(schedd.asked) + 1
    with pytest.raises(SourceError):
        collected.poll()
    assert 96 in collected.jobs()
    schedd.dies_after = None
    collected.poll()
    assert collected.jobs() == list(range(1, 97))


def test_a_limit_that_hides_the_older_ones_is_a_gap_and_no_silence(collected: Collected, schedd: MadeSchedd) -> None:
    write(schedd, *range(1, 41))
    schedd.most_looked_at = 15
    note = collected.poll().report.notes[0]
    assert collected.jobs() == list(range(26, 41))
    assert "only the newest 15 records" in note
    assert collected.gaps() == [(START + 460 - DAY_S, START + 460)]
    schedd.ads += [final_ad(cluster, 99_800 + cluster) for cluster in range(41, 61)]
    collected.poll()
    assert collected.jobs() == [*range(26, 41), *range(46, 61)]
    assert collected.gaps()[1:] == [(NOW, NOW + 46)]


def test_htcondors_tool_is_used_where_the_limit_hides_something(collected: Collected, schedd: MadeSchedd) -> None:
    schedd.most_looked_at, schedd.tool = 15, object()
    write(schedd, *range(1, 141))
    collected.poll()
    write(schedd, *range(141, 171))
    collected.poll()
    assert collected.jobs() == list(range(1, 171))
    assert {state for state, _, _ in collected.states()} == {"proven"}


def test_a_limit_that_is_not_told_is_noticed_all_the_same(collected: Collected, schedd: MadeSchedd) -> None:
    schedd.most_looked_at, schedd.tells = 15, False
    write(schedd, *range(1, 11))
    collected.poll()
    write(schedd, *range(11, 41))
    collected.poll()
    assert collected.gaps() == [(NOW, NOW + 60)]


def test_a_history_that_was_removed_is_a_gap(collected: Collected, schedd: MadeSchedd) -> None:
    write(schedd, 1, 2, 3)
    collected.poll()
    schedd.ads.clear()
    collected.poll()
    assert collected.states()[-1] == ("gap", NOW, NOW + 60)
    write(schedd, 4)
    collected.poll()
    assert collected.jobs() == [1, 2, 3, 4]
    assert collected.states()[-1] == ("proven", NOW + 60, NOW + 120)


def test_rotations_removed_between_two_polls_are_a_gap(collected: Collected, schedd: MadeSchedd) -> None:
    write(schedd, *range(1, 31))
    collected.poll()
    schedd.ads = [final_ad(cluster, 99_800 + cluster) for cluster in range(43, 51)]
    collected.poll()
    assert collected.states()[-2:] == [("gap", NOW, NOW + 44), ("proven", NOW + 44, NOW + 60)]


def test_a_slow_schedd_is_asked_for_less(lake: Lake, schedd: MadeSchedd) -> None:
    collected = Collected(lake, schedd, page=400)
    write(schedd, 1)
    for _ in range(5):
        schedd.dies_after = len(schedd.asked)
        with pytest.raises(SourceError):
            collected.poll()
    schedd.dies_after = None
    collected.poll()
    assert schedd.asked == [400, 200, 100, 50, 50, 50]
    collected.poll()
    assert schedd.asked[-1] == 100


def test_where_a_limit_is_not_told_the_tool_reads_what_was_there_at_first(lake: Lake) -> None:
    schedd = MadeSchedd(most_looked_at=14, tells=False, tool=object())
    collected = Collected(lake, schedd)
    write(schedd, *range(1, 16))
    collected.poll()
    collected.poll()
    assert (collected.jobs(), collected.gaps()) == (list(range(1, 16)), [])


@st.composite
def courses(draw: st.DrawFn) -> list[list[bytes]]:
    """What is written before each of some polls: jobs in any order of their times, some written twice."""
    clusters = count(1)
    course = []
    for polls in range(draw(st.integers(1, 4))):
        times = draw(st.lists(st.integers(0, 60) | st.just(30), max_size=25))
        course.append([final_ad(next(clusters), 100 * polls + 5 * time) for time in times])
    return course


def cluster_of(ad: bytes) -> int:
    return int(ad.partition(b"ClusterId = ")[2].partition(b"\n")[0])


@cache
def empty_lake() -> Path:
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder)
    Lake(folder / "lake").create()
    return folder / "lake"


@profile(max_examples=30)
@given(courses(), st.integers(10, 13), st.sampled_from([0, 0, 14, 30]), st.booleans(), st.booleans(), st.data())
def test_every_record_is_taken_in_once_or_a_gap_covers_it(
    course: list[list[bytes]], page: int, limit: int, tells: bool, has_tool: bool, data: st.DataObject
) -> None:
    schedd = MadeSchedd(most_looked_at=limit, tells=tells, tool=object() if has_tool else None)
    with TemporaryDirectory() as folder:
        collected = Collected(Lake(Path(shutil.copytree(empty_lake(), Path(folder) / "lake"))), schedd, page)
        written_in: dict[int, tuple[int, int]] = {}
        for written in course:
            schedd.ads += written
            before = collected.now
            if data.draw(st.booleans()):
                schedd.dies_after = len(schedd.asked) + data.draw(st.integers(0, 6))
                try:
                    collected.poll()
                except SourceError:
                    schedd.dies_after = None
                    collected.poll()
                schedd.dies_after = None
            else:
                collected.poll()
            written_in |= dict.fromkeys(map(cluster_of, written), (before, collected.now))
        taken, gaps = collected.jobs(), collected.gaps()
    assert len(taken) == len(set(taken))
    missing = set(written_in) - set(taken)
    assert not missing or (limit and not has_tool)
    if not tells:  # nobody can know that a limit which is not told hid some of what was there when nothing was known
        missing -= set(map(cluster_of, next((written for written in course if written), [])))
    for low, high in {written_in[cluster] for cluster in missing} - {(NOW - 60, NOW), (NOW - 60, NOW + 60)}:
        assert any(begin < high and end > low for begin, end in gaps)
    assert not missing or gaps
