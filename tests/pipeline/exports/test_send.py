"""Records handed over: each once, whatever happens on the way; what changed replaces, is told, or is withdrawn."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import LakeError, UsageError
from pipeline.exports.apel import jobs
from pipeline.exports.apel_summary import summaries
from pipeline.exports.cube import ExportCube
from pipeline.exports.folder import Folder
from pipeline.exports.gracc import gracc
from pipeline.exports.listing import sent_files, sentences
from pipeline.exports.marks import Marks, marked
from pipeline.exports.record import Exported
from pipeline.exports.send import send
from pipeline.exports.usage_record import usage_records
from pipeline.exports.xdmod import xdmod
from pipeline.lake import Lake
from pipeline.query import Booking
from pipeline.viewer import LOCAL
from tests.copied_lake import copied
from tests.pipeline.exports.made import NAMES, NOVEMBER_1, asked, corrected, sending, shown

RECORDS = usage_records(NAMES, "json")
ALL = {"used": 5, "ended": 3}
SUMMARIES = gracc(NAMES)


class Killed(BaseException):
    """The process is gone: nothing of it is cleaned up."""


@pytest.fixture
def cube(lake: Lake, small_lake: Lake) -> ExportCube:
    return ExportCube.open(copied(small_lake, lake.root).root)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def lines(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for path in shown(out) for line in path.read_text("utf-8").splitlines()]


def test_what_was_sent_adds_up_to_usage_to_the_second(cube: ExportCube, out: Path) -> None:
    tally = send(cube, LOCAL, sending(RECORDS, out, per_file=2))
    assert (tally.sent, tally.files, tally.sent_s) == (5, 3, 1910)
    assert sum(int(str(line["WallDuration"])) for line in lines(out)) == 1910
    assert tally.totals is not None
    assert tally.totals.usage_s == 1910


@pytest.mark.parametrize("booking", ["used", "ended"])
@pytest.mark.parametrize(
    "form", [RECORDS, SUMMARIES, xdmod(NAMES), jobs(NAMES, "0.3")], ids=lambda form: form.layout.name
)
def test_every_format_and_booking_adds_up(cube: ExportCube, out: Path, form: Exported, booking: Booking) -> None:
    one = sending(form, out)
    tally = send(cube, LOCAL, replace(one, asked=asked(booking=booking), dry_run=True))
    assert tally.totals is not None
    assert (tally.sent_s, tally.totals.usage_s, tally.totals.agree) == (1910, 1910, True)
    assert tally.sent == ALL[booking] or form is SUMMARIES


def test_a_second_run_sends_nothing(cube: ExportCube, out: Path) -> None:
    send(cube, LOCAL, sending(RECORDS, out))
    before = shown(out)
    tally = send(cube, LOCAL, sending(RECORDS, out))
    assert (tally.sent, tally.known, tally.files, tally.gone) == (0, 5, 0, 0)
    assert shown(out) == before


def test_again_sends_all_of_it_in_other_files(cube: ExportCube, out: Path) -> None:
    send(cube, LOCAL, sending(RECORDS, out))
    tally = send(cube, LOCAL, sending(RECORDS, out, again=True))
    assert (tally.sent, tally.known, len(shown(out))) == (5, 5, 2)


def test_a_part_is_sent_and_then_the_rest(cube: ExportCube, out: Path) -> None:
    assert send(cube, LOCAL, sending(SUMMARIES, out, first=NOVEMBER_1)).sent_s == 1250
    assert send(cube, LOCAL, sending(SUMMARIES, out)).sent_s == 660


STEPS = [(Folder, "write"), (Marks, "note"), (Folder, "show")]


@pytest.mark.parametrize("place", range(3), ids=["write", "note", "show"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("turn", [0, 1])
def test_killed_anywhere_nothing_is_lost_or_doubled(
    cube: ExportCube, out: Path, monkeypatch: pytest.MonkeyPatch, place: int, when: str, turn: int
) -> None:
    owner, name = STEPS[place]
    real, calls = getattr(owner, name), Counter[str]()

    def killing(self: object, *words: object) -> None:
        calls[name] += 1
        if calls[name] == turn + 1 and when == "before":
            raise Killed
        real(self, *words)
        if calls[name] == turn + 1:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, killing)
        with pytest.raises(Killed):
            send(cube, LOCAL, sending(RECORDS, out, per_file=2))
    send(cube, LOCAL, sending(RECORDS, out, per_file=2))
    ids = Counter(str(line["RecordId"]) for line in lines(out))
    assert (len(ids), set(ids.values())) == (5, {1})
    assert [path for path in (out / ".htc-ledger").rglob("*") if path.is_file()] == []
    assert sum(row["records"] for row in sent_files(cube.lake).to_pylist()) == 5


def test_a_single_run_that_changed_is_told_and_not_sent(cube: ExportCube, out: Path) -> None:
    send(cube, LOCAL, sending(RECORDS, out))
    tally = send(corrected(cube.lake), LOCAL, sending(RECORDS, out))
    assert (tally.sent, tally.known, tally.changed, tally.gone) == (0, 4, 1, 0)
    assert any(tally.examples[0] in line for line in sentences(tally, dry_run=False))
    again = send(ExportCube.open(cube.lake.root), LOCAL, sending(RECORDS, out, again=True))
    assert again.sent == 5
    assert send(ExportCube.open(cube.lake.root), LOCAL, sending(RECORDS, out)).changed == 0


def test_summaries_that_changed_replace_and_what_is_no_more_is_withdrawn(cube: ExportCube, out: Path) -> None:
    first = send(cube, LOCAL, sending(SUMMARIES, out))
    fresh = corrected(cube.lake)
    tally = send(fresh, LOCAL, sending(SUMMARIES, out))
    # B at Beta is no more; C at Beta is new; that run's residual of -10 s is a note
    assert (tally.withdrawn, tally.replaced, tally.known) == (1, 0, first.sent - 1)
    newest = {str(line["SummaryId"]): line for line in lines(out) if line["WallDuration"]}
    gone = [line for line in lines(out) if not line["WallDuration"]]
    assert [line["ProjectName"] for line in gone] == ["B"]
    kept = [line for key, line in newest.items() if key != gone[0]["SummaryId"]]
    assert tally.totals is not None
    assert sum(int(str(line["WallDuration"])) for line in kept) == tally.totals.usage_s
    assert send(fresh, LOCAL, sending(SUMMARIES, out)).sent == 0


def test_months_are_summed_up_whole(cube: ExportCube, out: Path) -> None:
    form = summaries(NAMES, "0.4", "UTC", normalised=True)
    with pytest.raises(UsageError, match="no whole months"):
        send(cube, LOCAL, sending(form, out))


def test_the_same_hours_are_not_told_in_two_bookings(cube: ExportCube, out: Path) -> None:
    one = sending(RECORDS, out)
    send(cube, LOCAL, one)
    with pytest.raises(UsageError, match="hours would count twice"):
        send(cube, LOCAL, replace(one, asked=asked(booking="ended")))


def test_a_dry_run_writes_and_marks_nothing(cube: ExportCube, out: Path) -> None:
    assert send(cube, LOCAL, replace(sending(RECORDS, out), dry_run=True)).sent == 5
    assert not out.exists()
    assert sent_files(cube.lake).num_rows == 0


def test_two_runs_do_not_write_to_one_folder_at_a_time(cube: ExportCube, out: Path) -> None:
    with Folder(out).locked(), pytest.raises(UsageError, match="another run"):
        send(cube, LOCAL, sending(RECORDS, out))


def test_a_folder_that_cannot_be_written_is_a_message(cube: ExportCube, out: Path) -> None:
    out.write_text("a file", "utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        send(cube, LOCAL, sending(RECORDS, out))


def test_without_a_lake_nothing_is_noted(tmp_path: Path) -> None:
    with pytest.raises(LakeError), marked(Lake(tmp_path / "nowhere"), "gracc", "them"):
        pass
