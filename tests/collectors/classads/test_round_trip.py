"""What the writer writes, the reader reads: the same values, the same records, in text and in JSON."""

import io
import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.chain import Chain
from collectors.classads.ad import parse_text
from collectors.classads.banner import parse_banner
from collectors.classads.json_ads import parse_json
from collectors.classads.text import Record, RecordReader
from collectors.classads.values import Reading, Value
from collectors.classads.writer import HistoryChain, ad_text, epoch_banner, history_banner
from pipeline.schema import ATTEMPT_RECORD, JOB, SCHEDD_AD, SLOT_AD, Column, Table
from tests.collectors.records import NAMES

WRITABLE = st.characters(codec="utf-8", exclude_characters="\n\0")
ODD = [
    '"',
    "\\",
    '\\"',
    '"\\',
    " = ",
    "*** ",
    "\\n",
    "\\303\\252",
    "$$",
    "(",
    "é☃😀",
    "\r",
    "\t",
    "[a=1]",
    "//",
    "#",
    "'",
]
TEXTS = st.lists(st.text(WRITABLE, max_size=8) | st.sampled_from(ODD), max_size=6).map("".join)


def values_of(column: Column) -> st.SearchStrategy[Value]:
    """Every value that a column can hold."""
    known: st.SearchStrategy[Value]
    if column.type == "text":
        # \x is how bytes that are no text are shown, $$( is what was never resolved: these two do not come back
        known = TEXTS.filter(lambda text: text not in column.unknown and "\\x" not in text and "$$(" not in text)
    elif column.type == "flag":
        known = st.booleans()
    elif column.type == "instant":
        known = st.integers(1, 2**63 - 1)
    else:
        known = st.integers(-(10**15), 10**15) if column.scale > 1 else st.integers(1 - 2**63, 2**63 - 1)
    return st.none() | known


def rows_of(table: Table) -> st.SearchStrategy[dict[str, Value]]:
    first = {column.name: column for column in table.from_ads}
    spelled: set[str] = set()
    distinct = []
    for name, column in first.items():  # two columns that begin with one attribute would overwrite each other
        if column.attributes[0].lower() not in spelled:
            spelled.add(column.attributes[0].lower())
            distinct.append(name)
    return st.fixed_dictionaries({}, optional={name: values_of(first[name]) for name in distinct})


@pytest.mark.parametrize("table", [JOB, ATTEMPT_RECORD, SLOT_AD, SCHEDD_AD], ids=lambda table: table.name)
def test_every_value_comes_back(table: Table) -> None:
    reading = Reading(table)

    @given(rows_of(table))
    def comes_back(values: dict[str, Value]) -> None:
        row = reading.read(parse_text(ad_text(table, values).encode(), NAMES))
        found = {column.name: row[reading.position[column.name]] for column in table.from_ads}
        assert {name: value for name, value in found.items() if value is not None} == {
            name: value for name, value in values.items() if value is not None
        }

    comes_back()


@given(st.dictionaries(st.sampled_from(["Cmd", "Args", "Owner", "ProjectName"]), TEXTS))
def test_texts_are_the_same_in_json(texts: dict[str, str]) -> None:
    reading = Reading(JOB)
    lines = "".join(name + ' = "' + text.replace('"', '\\"') + '"\n' for name, text in texts.items())
    from_json = reading.read(parse_json(json.dumps(texts).encode()))
    assert reading.read(parse_text(lines.encode(), NAMES)) == from_json
    assert reading.record_id(from_json) == reading.record_id(reading.read(parse_text(lines.encode(), NAMES)))


@given(rows_of(JOB), st.randoms())
def test_an_equal_record_has_an_equal_id_whatever_the_order_and_case_of_its_names(
    values: dict[str, Value], shuffle: Random
) -> None:
    reading = Reading(JOB)
    text = ad_text(JOB, values)
    lines = text.split("\n")[:-1]
    shuffle.shuffle(lines)
    other = "".join(line.partition(" = ")[0].upper() + "=" + line.partition(" = ")[2] + "\n" for line in lines)
    one = reading.read(parse_text(text.encode(), NAMES))
    assert reading.record_id(one) == reading.record_id(reading.read(parse_text(other.encode(), NAMES)))


@given(st.lists(st.tuples(st.integers(0, 2**31), st.integers(0, 2**31), TEXTS), min_size=1, max_size=5))
def test_a_written_history_file_has_an_unbroken_chain(jobs: list[tuple[int, int, str]]) -> None:
    writer, chain = HistoryChain(), Chain()
    content = b"".join(
        writer.record(ad_text(JOB, {"cluster": cluster, "command": text}), cluster, proc, "ann", None, 5)
        for cluster, proc, text in jobs
    )
    assert writer.size == len(content)
    records = [record for record in RecordReader(io.BytesIO(content), 0, "banner") if isinstance(record, Record)]
    assert len(records) == len(jobs)
    for record, (cluster, proc, _) in zip(records, jobs, strict=True):
        said = parse_banner(record.banner or b"")
        assert said is not None
        assert (said.cluster, said.proc, said.word) == (cluster, proc, "JOB")
        assert not chain.broken_by(record.banner_at, said.offset)


def test_banners_are_written_as_htcondor_writes_them() -> None:
    assert history_banner(3913, 54, 47, "bob", 1795223372, 1795223373) == (
        '*** Offset = 3913 ClusterId = 54 ProcId = 47 Owner = "bob" '
        "CompletionDate = 1795223372 CurrentTime = 1795223373\n"
    )
    assert history_banner(0, 2, 1, "ann", None, None) == (
        '*** Offset = 0 ClusterId = 2 ProcId = 1 Owner = "ann" CompletionDate = -1\n'
    )
    assert epoch_banner("EPOCH", 54, 51, 0, "bob", 1795223372) == (
        '*** EPOCH ClusterId=54 ProcId=51 RunInstanceId=0 Owner="bob" CurrentTime=1795223372\n'
    )


@pytest.mark.parametrize("text", ["two\nlines", "nul\0"])
def test_a_text_that_an_ad_cannot_hold_is_not_written(text: str) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        ad_text(JOB, {"command": text})


def test_the_time_of_writing_ends_an_epoch_ad_and_extra_lines_come_before_it() -> None:
    values: dict[str, Value] = {"write_utc": 7, "cluster": 1, "owner": None}
    assert ad_text(ATTEMPT_RECORD, values, {"Pad": '"x"'}) == 'ClusterId = 1\nPad = "x"\nEpochWriteDate = 7\n'
