"""The service: what one source does never concerns the others, and it stops when it is told to."""

import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from collectors.service.errand import Done
from collectors.service.states import Subject, after
from collectors.service.upkeep import BUILD, MAINTAIN
from pipeline.health import Health, write_health
from pipeline.lake import Lake
from pipeline.publish import current
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.source_settings import Source
from tests.collectors.records import history, job_ad, write
from tests.collectors.service.made_up import FOR_EVER_S, made_up
from tests.collectors.service.seeing import alive, numbers_in, until
from tests.collectors.service.watching import watching


def settings_of(tmp_path: Path, *sources: Source, **more: object) -> Settings:
    """Settings of a watch over those sources, which neither builds nor maintains unless a test wants it."""
    given: dict[str, object] = {"build_every_s": 0, "maintain_every_h": 0, "lake": tmp_path / "lake", **more}
    return Settings(**given).model_copy(update={"sources": sources})  # type: ignore[arg-type]


def jobs(path: Path, *clusters: int) -> Path:
    return write(path, history(*(job_ad(cluster) for cluster in clusters)))


def test_sources_that_hang_fail_or_die_do_not_concern_the_others(tmp_path: Path) -> None:
    for_ever = {"timeout_s": FOR_EVER_S}
    sources = [
        made_up("deaf", "hang", tmp_path / "deaf", **for_ever),
        made_up("silent", "hold the lock", tmp_path / "silent", **for_ever),
        made_up("refused", "refused"),
        made_up("crash", "crash"),
        made_up("stumble", "stumble"),
        made_up("lie", "lie"),
        made_up("slow", "hang", tmp_path / "slow", timeout_s=1),
        made_up("lost", "no discovery"),
        made_up("good", "read", jobs(tmp_path / "history", 1, 2, 3)),
    ]
    with watching(tmp_path, settings_of(tmp_path, *sources)) as service:
        assert service.until_state("good", "ok").new_rows == 3
        errors = {
            name: service.until_state(name, "failing").error
            for name in ("refused", "crash", "stumble", "lie", "slow", "lost: discovery")
        }
        assert service.service.poll() is None
    assert errors == {
        "refused": "schedd ap1: history refused (not authorised)",
        "crash": "its process was killed by SIGKILL",
        "stumble": "its process ended with exit code 1: ZeroDivisionError: a fault of ours",
        "lie": "its process ended with exit code 1: TypeError: poller 'files' returned str instead of what it polled",
        "slow": "gave no answer within 1 s",
        "lost: discovery": "collector cm: no answer",
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_with_0_although_children_hang_for_ever(tmp_path: Path, number: signal.Signals) -> None:
    sources = [
        made_up("deaf", "hang", tmp_path / "deaf", timeout_s=FOR_EVER_S),
        made_up("silent", "hold the lock", tmp_path / "silent", timeout_s=FOR_EVER_S),
        made_up("searching", "hang in discovery", timeout_s=FOR_EVER_S),
    ]
    with watching(tmp_path, settings_of(tmp_path, *sources)) as service:
        service.until(lambda: (tmp_path / "deaf").exists() and (tmp_path / "silent").exists())
        family = [*service.children(), *numbers_in(tmp_path / "deaf")]
        assert len(family) >= 5
        assert service.stop(number) == 0
        assert until(lambda: not any(map(alive, family)))
        (stopped,) = service.lines("stopped")
        assert stopped["signal"] == number.name
        assert service.lines("poll") == []


def test_a_target_that_failed_is_tried_again_until_it_goes_well(tmp_path: Path) -> None:
    there = tmp_path / "there"
    with watching(tmp_path, settings_of(tmp_path, made_up("ap1", "refused until", there, interval_s=1))) as service:
        service.until(lambda: len(service.lines("poll")) >= 2)
        failing = service.until_state("ap1", "failing")
        assert (failing.failures >= 2, failing.ok_utc) == (True, None)
        there.touch()
        healthy = service.until_state("ap1", "ok")
        assert (healthy.failures, healthy.error) == (0, None)


def test_a_daemon_that_vanished_is_failing_and_not_forgotten_until_it_is_back(tmp_path: Path) -> None:
    daemons = write(tmp_path / "daemons", "ap1 ap2")
    sources = (made_up("pool", "daemons", daemons, interval_s=1),)
    with watching(tmp_path, settings_of(tmp_path, *sources)) as service:
        for name in ("ap1", "ap2"):
            service.until_state(f"pool: history of {name}", "ok")
        daemons.write_text("ap1", "utf-8")
        gone = service.until_state("pool: history of ap2", "failing")
        assert gone.error is not None
        assert gone.error.startswith("ap2 is not seen by the collector daemon any more; it was last read 20")
        assert service.until_state("pool: history of ap1", "ok").failures == 0
    with watching(tmp_path, settings_of(tmp_path, *sources)) as service:
        service.until(lambda: (again := service.health(gone.name)) is not None and again.failures > gone.failures)
        daemons.write_text("ap1 ap2", "utf-8")
        service.until_state("pool: history of ap2", "ok")


def test_a_backlog_is_read_at_once_and_not_at_the_next_interval(tmp_path: Path) -> None:
    files = [jobs(tmp_path / f"history.{number}", number) for number in range(1, 5)]
    source = made_up("backlog", "backlog", tmp_path / "done", *files, interval_s=100_000)
    with watching(tmp_path, settings_of(tmp_path, source)) as service:
        service.until(lambda: len(service.lines("poll")) == 4)
        assert [line.get("more") for line in service.lines("poll")] == [True, True, True, None]
    assert Lake(tmp_path / "lake").count(JOB) == 4


def test_a_lake_that_cannot_be_written_is_one_line_a_poll_and_mends_by_itself(tmp_path: Path) -> None:
    in_the_way = write(tmp_path / "disk", "a file where the lake's folder should be")
    source = made_up("good", "read", jobs(tmp_path / "history", 1, 2), interval_s=1)
    with watching(tmp_path, settings_of(tmp_path, source, lake=in_the_way / "lake")) as service:
        service.until(lambda: len(service.lines("poll")) >= 2)
        line = service.lines("poll")[0]
        assert f"{in_the_way}/lake" in line["error"]
        assert (line["state"], "Traceback" in str(line)) == ("failing", False)
        assert len(service.lines("health cannot be written")) == 1
        in_the_way.unlink()
        service.until_state("good", "ok")
        assert len(service.lines("health is written again")) == 1
        assert Lake(in_the_way / "lake").count(JOB) == 2


def test_new_rows_are_published(tmp_path: Path) -> None:
    source = made_up("good", "read", jobs(tmp_path / "history", 1, 2))
    with watching(tmp_path, settings_of(tmp_path, source, build_every_s=1)) as service:
        assert service.until_state(BUILD, "ok").kind == "lake"
        assert current(tmp_path / "lake" / "cubes") is not None
        assert len(service.lines("build")) == 1


def test_a_build_that_fails_is_seen_where_people_look(tmp_path: Path) -> None:
    Lake(tmp_path / "lake").create()
    write(tmp_path / "lake" / "cubes", "a file where the cubes' folder should be")
    source = made_up("good", "read", jobs(tmp_path / "history", 1))
    with watching(tmp_path, settings_of(tmp_path, source, build_every_s=1)) as service:
        failing = service.until_state(BUILD, "failing")
        assert failing.error is not None
        assert f"{tmp_path}/lake/cubes" in failing.error
        assert "\n" not in failing.error
        service.until_state("good", "ok")


def test_a_lake_whose_maintenance_is_due_is_maintained_at_once(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, made_up("good", "read", jobs(tmp_path / "history", 1)), maintain_every_h=24)
    Lake(settings.lake).create()
    write_health(settings.lake, maintained(days_ago=2))
    with watching(tmp_path, settings) as service:
        service.until(lambda: len(service.lines("maintain")) == 1)
        (line,) = service.lines("maintain")
        assert line["result"].endswith(" bytes freed")
        assert service.until_state(MAINTAIN, "ok").ok_utc == pytest.approx(time.time(), abs=3600)


def test_prometheus_reads_what_was_collected(tmp_path: Path) -> None:
    port = free_port()
    write(tmp_path / "history", history(job_ad(1), job_ad(2, 0, "ap1.example.org", "RequestCpus = 9999999")))
    sources = (made_up("good", "read", tmp_path / "history"), made_up("bad", "refused"))
    with watching(tmp_path, settings_of(tmp_path, *sources, metrics_port=port)) as service:
        service.until(lambda: len(service.lines("poll")) == 2)
        metrics = get(port, "/metrics")
        for line in (
            'htc_ledger_records_total{kind="history",target="good"} 1.0',
            'htc_ledger_rejects_total{rule="cpus-bound",target="good"} 1.0',
            'htc_ledger_polls_total{result="ok",target="good"} 1.0',
            'htc_ledger_polls_total{result="failed",target="bad"} 1.0',
            'htc_ledger_target_up{target="good"} 1.0',
            'htc_ledger_target_up{target="bad"} 0.0',
            'htc_ledger_poll_seconds_count{source="good"} 1.0',
            'htc_ledger_discoveries_total{result="ok",source="bad"} 1.0',
            "htc_ledger_up 1.0",
        ):
            assert line in metrics.splitlines(), metrics
        assert 'htc_ledger_seconds_since_success{target="good"}' in metrics
        assert 'htc_ledger_seconds_since_success{target="bad"}' not in metrics
        assert '"state": "runs"' in get(port, "/healthz")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(port, "/")


def test_a_second_service_on_a_lake_says_so(tmp_path: Path) -> None:
    source = made_up("good", "read", jobs(tmp_path / "history", 1))
    second = tmp_path / "second"
    second.mkdir()
    with watching(tmp_path, settings_of(tmp_path, source)) as service:
        service.until(lambda: len(service.lines("poll")) == 1)
        assert service.lines("another watch") == []
        with watching(second, settings_of(tmp_path, source)) as other:
            other.until(lambda: len(other.lines("poll")) == 1)
            (warned,) = other.lines("another watch")
            assert f"process {service.service.pid} on " in warned["other"]
            assert other.lines("poll")[0]["new_rows"] == 0
    assert Lake(tmp_path / "lake").count(JOB) == 1


def test_one_that_was_killed_leaves_no_warning_for_the_next(tmp_path: Path) -> None:
    source = made_up("good", "read", jobs(tmp_path / "history", 1))
    with watching(tmp_path, settings_of(tmp_path, source)) as service:
        service.until(lambda: len(service.lines("poll")) == 1)
        service.service.kill()
    with watching(tmp_path, settings_of(tmp_path, source)) as service:
        service.until(lambda: len(service.lines("poll")) == 2)
        assert service.lines("another watch") == []


def maintained(days_ago: int) -> Health:
    """What is left of a maintenance that went well."""
    moment = int(time.time()) - days_ago * 86_400
    subject = Subject(MAINTAIN, "lake", "lake", "pool", None, MAINTAIN, 86_400)
    return after(None, subject, Done("", 1.0), moment)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        text: str = answer.read().decode()
        return text
