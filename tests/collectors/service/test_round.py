"""One round: every source once, to the end of what it has; each failure is named, none hides another."""

import json
import os
import signal
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from collectors.service import round_tables
from collectors.service.round import Round, collect_once
from pipeline.health import health_of
from pipeline.lake import Lake
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.source_settings import Source
from tests.collectors.records import history, job_ad, write
from tests.collectors.service.made_up import FOR_EVER_S, POLLERS, made_up
from tests.collectors.service.seeing import alive, numbers_in, until


def collect(settings: Settings, *sources: Source) -> Round:
    return collect_once(settings, sources, POLLERS, lambda done, known: None)


def states(done: Round) -> dict[str, tuple[str, int]]:
    return {visit.target: (visit.state, visit.new_rows) for visit in done.visits.values()}


def shown(done: Round) -> str:
    text = StringIO()
    round_tables.show(done, Console(file=text, width=120))
    return text.getvalue()


def test_every_source_is_read_and_each_failure_is_named(settings: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "history", history(job_ad(1), job_ad(2)))
    done = collect(
        settings,
        made_up("refused", "refused"),
        made_up("lost", "no discovery"),
        made_up("good", "read", file),
        made_up("partial", "read", file, tmp_path / "not there"),
        made_up("slow", "hold the lock", tmp_path / "pids", timeout_s=1),
    )
    assert {name: state for name, (state, _) in states(done).items()} == {
        "refused": "failing",
        "lost: discovery": "failing",
        "good": "ok",
        "partial": "failing",
        "slow": "failing",
    }
    complaints = round_tables.complaints(done)
    assert "refused: schedd ap1: history refused (not authorised)\nAdd this host to ALLOW_READ." in complaints
    assert "lost: discovery: collector cm: no answer\nIs it running?" in complaints
    assert len(complaints) == 4
    assert Lake(settings.lake).count(JOB) == 2


def test_reading_again_brings_nothing_new_and_is_well(settings: Settings, tmp_path: Path) -> None:
    source = made_up("good", "read", write(tmp_path / "history", history(job_ad(1))))
    assert [states(collect(settings, source)) for _ in range(2)] == [{"good": ("ok", 1)}, {"good": ("ok", 0)}]


def test_a_backlog_is_read_to_its_end_and_counted_as_one_visit(settings: Settings, tmp_path: Path) -> None:
    files = [write(tmp_path / f"history.{n}", history(job_ad(n))) for n in (1, 2, 3)]
    done = collect(settings, made_up("backlog", "backlog", tmp_path / "done", *files))
    (visit,) = done.visits.values()
    assert (visit.polls, visit.new_rows, done.report.kinds["history"].files) == (3, 3, 3)


def test_health_is_left_for_status(settings: Settings, tmp_path: Path) -> None:
    collect(settings, made_up("refused", "refused"), made_up("lost", "no discovery"))
    for name, stream in (("refused", "history"), ("lost: discovery", "discovery")):
        health = health_of(settings.lake, name)
        assert health is not None
        assert (health.state, health.failures, health.stream, health.kind) == ("failing", 1, stream, "files")


def test_a_daemon_that_is_gone_since_the_last_round_is_a_failure(settings: Settings, tmp_path: Path) -> None:
    source = made_up("pool", "daemons", write(tmp_path / "daemons", "ap1 ap2"))
    assert {state for state, _ in states(collect(settings, source)).values()} == {"ok"}
    write(tmp_path / "daemons", "ap2")
    done = collect(settings, source)
    assert [visit.target for visit in done.failed] == ["pool: history of ap1"]
    assert "not seen by the collector daemon any more" in round_tables.complaints(done)[0]


def test_a_stop_ends_it_and_its_children_and_is_no_success(settings: Settings, tmp_path: Path) -> None:
    source = made_up("deaf", "hang", tmp_path / "pids", timeout_s=FOR_EVER_S)
    when_it_hangs = f"while ! [ -e {tmp_path}/pids ]; do sleep 0.05; done; kill -TERM {os.getpid()}"
    with subprocess.Popen(["sh", "-c", when_it_hangs]):
        done = collect(settings, source)
    assert (done.stopped_by, done.visits) == (signal.SIGTERM, {})
    assert until(lambda: not any(map(alive, numbers_in(tmp_path / "pids"))))
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_the_table_has_a_line_for_each_target_and_what_was_read(settings: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "history", history(job_ad(1), job_ad(2, 0, "ap1.example.org", "RequestCpus = 9999999")))
    text = shown(collect(settings, made_up("good", "read", file), made_up("refused", "refused")))
    assert [line.split() for line in text.splitlines()[:1]] == [
        ["target", "new", "rows", "rejected", "seconds", "state"]
    ]
    assert any(line.split()[:3] == ["good", "1", "1"] and line.split()[-1] == "ok" for line in text.splitlines())
    assert any(line.startswith("refused") and line.split()[-1] == "failing" for line in text.splitlines())
    assert "cpus-bound" in text


def test_a_name_is_never_markup(settings: Settings) -> None:
    done = Round()
    done.visits["x"] = visit = collect(settings, made_up("good", "nothing")).visits["good"]
    visit.target = "[red]\x1b[31mred\u202e"
    assert "[red]\\x1b[31mred\\u202e" in shown(done)


def test_json_says_all_of_it(settings: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "history", history(job_ad(1)))
    said = json.loads(round_tables.as_json(collect(settings, made_up("good", "read", file), made_up("bad", "refused"))))
    by_name = {target.pop("target"): target for target in said["targets"]}
    assert (by_name["good"]["state"], by_name["good"]["new_rows"], by_name["good"]["error"]) == ("ok", 1, None)
    assert (by_name["bad"]["state"], by_name["bad"]["hint"]) == ("failing", "Add this host to ALLOW_READ.")
    assert said["read"]["files"]["history"]["new"] == 1


def test_health_that_cannot_be_written_is_no_success(tmp_path: Path) -> None:
    in_the_way = write(tmp_path / "disk", "a file")
    done = collect(Settings(lake=in_the_way / "lake"), made_up("good", "nothing"))
    assert done.unwritten is not None
    assert [complaint.split(":")[0] for complaint in round_tables.complaints(done)] == [
        "good",
        "health cannot be written",
    ]


@pytest.mark.parametrize("places", [1, 4])
def test_the_number_of_places_changes_nothing_in_what_is_read(tmp_path: Path, places: int) -> None:
    settings = Settings(lake=tmp_path / "lake", collect_processes=places)
    sources = [made_up(f"ap{n}", "read", write(tmp_path / f"history.{n}", history(job_ad(n)))) for n in range(1, 7)]
    assert states(collect(settings, *sources)) == {f"ap{n}": ("ok", 1) for n in range(1, 7)}
    assert Lake(settings.lake).count(JOB) == 6
