"""Summaries as GRACC's index has them."""

import json
from dataclasses import replace
from pathlib import Path

from pipeline.exports.asked import Window
from pipeline.exports.gracc import gracc
from pipeline.exports.record import Record
from pipeline.exports.summed import Group
from tests.pipeline.exports.made import HOSTILE, NAMES, NOVEMBER_1
from tests.pipeline.exports.test_apel import GROUP
from tests.pipeline.ledger_rows import MIDNIGHT

DAY = Window(NOVEMBER_1, NOVEMBER_1, MIDNIGHT, MIDNIGHT + 86_400)


def made(*groups: Group) -> list[Record]:
    return gracc(NAMES).made(DAY, groups)


def test_a_group_is_a_document_in_graccs_units() -> None:
    (record,) = made(GROUP)
    told = json.loads(record.body)
    assert told["EndTime"] == "2026-11-01T00:00:00.000Z"
    assert (told["VOName"], told["ProjectName"], told["CommonName"]) == ("glow", "A", "alice@pool.test")
    assert (told["SiteName"], told["Host_description"], told["DN"]) == ("Alpha", "Alpha-CE1", "N/A")
    assert (told["WallDuration"], told["CpuDuration"], told["CoreHours"]) == (900, 700.5, 0.5)
    assert (told["Njobs"], told["Count"], told["Processors"], told["GPUHours"]) == (2, 2, 2, 0.0)


def test_groups_that_gracc_does_not_tell_apart_are_one_document() -> None:
    part = replace(GROUP, cores_milli=1500, wall_s=100, mcore_s=150_000, runs=1, cpu_used_us=None)
    (record,) = made(GROUP, part)
    told = json.loads(record.body)
    assert (told["WallDuration"], told["Njobs"], told["CpuDuration"]) == (1000, 3, 700.5)
    assert told["CoreHours"] == 1_950_000 / 3_600_000


def test_time_that_nobody_measured_is_left_out() -> None:
    told = json.loads(made(replace(GROUP, cpu_used_us=None))[0].body)
    assert not {"CpuDuration", "CpuDuration_user"} & set(told)


def test_a_document_is_one_line_whatever_it_names() -> None:
    (record,) = made(replace(GROUP, user=HOSTILE, project=HOSTILE))
    assert record.body.count(b"\n") == 1
    assert json.loads(record.body)["CommonName"] == HOSTILE


def test_what_is_no_more_is_withdrawn_under_its_own_id() -> None:
    (record,) = made(GROUP)
    gone = gracc(NAMES).withdrawn("pool", record.subject, MIDNIGHT)
    told = json.loads(gone.body)
    assert (gone.id, told["SummaryId"]) == (record.id, record.id)
    assert (told["WallDuration"], told["CoreHours"], told["Njobs"]) == (0, 0.0, 0)


def test_keys_are_those_of_graccs_index_template(shared_data: Path) -> None:
    folder = shared_data / "gracc" / "opensciencegrid__gracc-tools"
    template = folder / "gracc-terraform~resources~gracc-summary-jobs-template.json"
    mapped = json.loads(template.read_text("utf-8"))["template"]["mappings"]["properties"]
    told = json.loads(made(GROUP)[0].body)
    # sums that GRACC's summariser adds without a mapping of their own, and our id
    assert set(told) - set(mapped) == {"Count", "Njobs", "SummaryId"}
    for key in set(told) & set(mapped):
        wanted = {"long": int, "double": int | float, "keyword": str, "text": str, "date": str}[mapped[key]["type"]]
        assert isinstance(told[key], wanted), key
