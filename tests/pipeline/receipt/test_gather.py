"""Receipts of jobs written by hand: days, records, rejects, hostile text, and what a viewer may see."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.receipt.as_json import as_json
from pipeline.receipt.as_table import show
from pipeline.receipt.naming import parse
from pipeline.receipt.parts import Receipt
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.collectors.records import START, epoch_ad, history, job_ad, write
from tests.ingesting import ingest

HOSTILE = "\x1b[31m<img src=x onerror=alert(1)>\u202e"


def shown(receipt: Receipt, *, raw: bool = False) -> str:
    console = Console(file=StringIO(), width=200, force_terminal=False)
    show(receipt, console, raw=raw)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert isinstance(text, str)
    return text


def cube_of(tmp_path: Path, *files: bytes) -> Cube:
    settings = Settings(lake=tmp_path / "lake")
    Lake(settings.lake).create()
    names = ("history", "epoch_history")
    ingest([write(tmp_path / name, content) for name, content in zip(names, files, strict=False)], settings)
    publish(Lake(settings.lake), settings, lambda step: None)
    return Cube.open(settings.lake)


@pytest.fixture
def small(small_lake: Lake) -> Cube:
    return Cube.open(small_lake.root)


def test_a_job_over_midnight_is_charged_on_both_days(small: Cube) -> None:
    found = small.receipt(parse("1.0"), LOCAL)
    assert [(charge.day, charge.wall_s) for charge in found.runs[0].charges] == [
        ("2026-10-31", 600),
        ("2026-11-01", 300),
    ]
    assert found.totals.used_wall_s == found.totals.ended_wall_s == 900
    assert found.totals.ended_day == "2026-11-01"


def test_an_evicted_job_names_both_runs_and_why_the_first_lost_its_slot(small: Cube) -> None:
    found = small.receipt(parse("2.0"), LOCAL)
    assert [(run.site, run.wall_s, run.outcome) for run in found.runs] == [
        ("Alpha", 300, "evicted"),
        ("Beta", 600, "succeeded"),
    ]
    assert found.runs[0].why.text.startswith("HTCondor took the slot away from it (code 1022)")
    assert [each.rule for each in found.runs[0].estimated] == ["estimate.cpu.bound"]


def test_wall_time_without_a_run_is_a_residual_with_its_days(small: Cube) -> None:
    found = small.receipt(parse("3.0"), LOCAL)
    assert found.residual is not None
    assert (found.residual.residual_s, found.residual.cause.rule) == (100, "slot_kept")
    assert sum(charge.wall_s or 0 for charge in found.residual.charges) == 100
    assert [each.rule for each in found.runs[0].estimated] == ["estimate.final"]


def test_records_have_their_place_and_their_bytes(tmp_path: Path) -> None:
    cube = cube_of(tmp_path, history(job_ad(1), job_ad(2)))
    (record,) = cube.receipt(parse("2.0"), LOCAL).records
    content = (tmp_path / "history").read_bytes()
    assert record.path == str(tmp_path / "history")
    assert record.raw is not None
    assert record.offset_bytes is not None
    assert content[record.offset_bytes : record.offset_bytes + len(record.raw)] == record.raw
    assert b"ClusterId = 2" in record.raw


def test_strangers_text_does_nothing_on_a_terminal_or_in_json(tmp_path: Path) -> None:
    ad = job_ad(
        1, 0, "ap1.example.org", f'ProjectName = "{HOSTILE}"', f'Cmd = "{HOSTILE}"', f'RemoteHost = "{HOSTILE}"'
    )
    found = cube_of(tmp_path, history(ad)).receipt(parse("1.0"), LOCAL)
    assert found.project == HOSTILE
    for text in (shown(found, raw=True), as_json(found, raw=True)):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "onerror" in text
    assert json.loads(as_json(found, raw=True))["project"] == HOSTILE


def test_json_has_the_bytes_only_if_they_are_asked_for(tmp_path: Path) -> None:
    found = cube_of(tmp_path, history(job_ad(1))).receipt(parse("1.0"), LOCAL)
    assert "raw" not in json.loads(as_json(found, raw=False))["records"][0]
    assert "ClusterId = 1" in json.loads(as_json(found, raw=True))["records"][0]["raw"]
    assert json.loads(as_json(found, raw=False))["runs"][0]["start_utc"] == "2026-11-01T00:00:10Z"


def test_a_rejected_record_of_the_job_is_listed_and_said(tmp_path: Path) -> None:
    run = epoch_ad(1, 0)
    absurd = epoch_ad(1, 1, "RequestCpus = 1073741824")
    banner = f'*** EPOCH ClusterId=1 ProcId=0 RunInstanceId={{}} Owner="ann" CurrentTime={START + 60}\n'
    epochs = (run + banner.format(0) + absurd + banner.format(1)).encode()
    cube = cube_of(tmp_path, history(job_ad(1)), epochs)
    found = cube.receipt(parse("1.0"), LOCAL)
    (rejected,) = [record for record in found.records if record.table == "reject"]
    assert not rejected.is_counted
    assert "cpus-bound" in rejected.why.text
    assert [note.text for note in found.notes if note.rule == "rejected"] == [
        "Of this job 1 record is rejected, and in no total: see the list of records."
    ]
    assert "cpus-bound" in shown(found)
    seen = cube.receipt(parse("1.0"), Viewer("ann", frozenset({"unmapped"})))
    assert not [record for record in seen.records if record.table == "reject"]


def test_a_job_whose_only_record_was_rejected_is_told_from_one_that_never_was(tmp_path: Path) -> None:
    cube = cube_of(tmp_path, history(job_ad(1), job_ad(2, 0, "ap1.example.org", "RequestCpus = 1073741824")))
    with pytest.raises(UsageError, match="a record of it was rejected") as refused:
        cube.receipt(parse("2.0"), LOCAL)
    assert "htc-ledger rejects show" in refused.value.hint
    with pytest.raises(UsageError, match="there is no job"):
        cube.receipt(parse("2.0"), Viewer("ann", frozenset({"unmapped"})))


def test_a_record_that_came_after_the_build_is_said_so(tmp_path: Path) -> None:
    cube = cube_of(tmp_path, history(job_ad(1)))
    later = write(tmp_path / "history.2", history(job_ad(1, 0, "ap1.example.org", "NumShadowStarts = 2")))
    ingest([later], Settings(lake=tmp_path / "lake"))
    found = cube.receipt(parse("1.0"), LOCAL)
    assert sorted(record.why.rule for record in found.records) == ["record.final.run", "record.new"]
