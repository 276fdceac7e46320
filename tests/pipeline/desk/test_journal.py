"""The journal in the lake: an act is there once and whole, whoever writes meanwhile and whatever is killed."""

import json
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pyarrow as pa
import pytest

from pipeline.desk.act import About, Act, Wish, undo
from pipeline.desk.journal import acts, find, record
from pipeline.errors import LakeError, LakeRace, UsageError
from pipeline.lake import Appended, Lake, TableWriter
from pipeline.schema import FINDING_ACT
from tests import forked_command
from tests.pipeline.desk.found import FULL, NOW

ACK = Wish("ack", "I look after it", "ada", "command").act(About.of("pool", FULL), FULL.sentence, NOW)
KILLED = """
import json, os, signal, sys
from pathlib import Path
from pipeline.desk.act import About, Act
from pipeline.desk import journal
from pipeline.lake import Lake, TableWriter

lake, when, given = sys.argv[1:]
row = json.loads(given)
row["about"] = About(**{**row["about"], "places": tuple(row["about"]["places"])})
append = TableWriter.append

def deadly(*given):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    append(*given)
    os.kill(os.getpid(), signal.SIGKILL)

TableWriter.append = deadly
journal.record(Lake(Path(lake)), Act(**row))
"""


def test_an_act_is_read_as_it_was_written(lake: Lake) -> None:
    assert acts(lake) == []
    assert record(lake, ACK) == ACK
    taken = record(lake, undo(ACK, "bob", "page", NOW + 9))
    assert acts(lake) == [ACK, taken]


@pytest.mark.parametrize(("when", "there"), [("before", []), ("after", [ACK])])
def test_an_act_killed_at_its_commit_is_there_or_not_and_done_again_it_is_there_once(
    lake: Lake, when: str, there: list[Act]
) -> None:
    done = forked_command.run("-c", (KILLED, str(lake.root), when, json.dumps(asdict(ACK))))
    assert done.code == -signal.SIGKILL, done.err
    assert acts(lake) == there
    assert record(lake, ACK) == ACK
    assert acts(lake) == [ACK]


def test_a_second_click_is_the_same_act_and_a_later_one_another(lake: Lake) -> None:
    record(lake, ACK)
    again = Wish("ack", ACK.note, ACK.by, ACK.source).act(ACK.about, ACK.sentence, NOW + 3)
    assert record(lake, again) == ACK
    later = Wish("ack", ACK.note, ACK.by, ACK.source).act(ACK.about, ACK.sentence, NOW + 61)
    assert record(lake, later) == later
    assert len(acts(lake)) == 2


def test_of_many_who_write_at_once_none_is_lost(lake: Lake) -> None:
    written = [replace(ACK, by=f"person {number}") for number in range(6)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda act: record(lake, act), written))
    assert sorted(act.by for act in acts(lake)) == [act.by for act in written]


def test_who_loses_a_race_does_it_again(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    append, lost = TableWriter.append, [LakeRace("another was faster")]

    def racing(writer: TableWriter, rows: pa.Table, consumed: Mapping[str, int]) -> Appended:
        if lost:
            raise lost.pop()
        return append(writer, rows, consumed)

    monkeypatch.setattr(TableWriter, "append", racing)
    assert record(lake, ACK) == ACK
    assert acts(lake) == [ACK]


def test_no_lake_is_made_for_an_act(lake: Lake) -> None:
    with pytest.raises(LakeError, match="there is no lake"):
        record(Lake(lake.root / "elsewhere"), ACK)
    assert not (lake.root / "elsewhere").exists()


def test_an_act_is_found_by_the_first_digits_of_its_id_until_it_is_taken_back(lake: Lake) -> None:
    record(lake, ACK)
    assert find(lake, ACK.id[:6]) == ACK
    for unknown in ("", "abc", "zzzzzz", ACK.id[:3]):
        with pytest.raises(UsageError, match="no act"):
            find(lake, unknown)
    record(lake, undo(ACK, "ada", "command", NOW + 1))
    with pytest.raises(UsageError, match="taken back already"):
        find(lake, ACK.id)


def test_its_table_is_no_part_of_what_a_cube_is_made_of(lake: Lake) -> None:
    from pipeline.schema import TABLES

    assert FINDING_ACT not in TABLES
