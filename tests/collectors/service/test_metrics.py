"""Metrics: names of strangers cannot break the page, and what is forgotten is gone from it."""

from prometheus_client import generate_latest

from collectors.report import Report
from collectors.service.errand import Done, Failed, Outcome
from collectors.service.metrics import Metrics
from collectors.service.states import after, gone, of_target
from collectors.sources.target import Polled, Target
from pipeline.health import Health
from pipeline.settings import Settings
from pipeline.source_settings import ScheddsSource

SOURCE = ScheddsSource(kind="schedds", name="ospool")


def polled(metrics: Metrics, target: Target, outcome: Outcome[Polled]) -> Health:
    health = after(None, of_target(target, Settings()), outcome, 1000)
    metrics.polled(target, outcome, health)
    return health


def page(metrics: Metrics) -> list[str]:
    return generate_latest(metrics.registry).decode().splitlines()


def well(unread: bool = False) -> Done[Polled]:
    report = Report()
    report.of("history").new = 4
    report.of("epochs").new = 2
    report.reject("cpus-bound", "too many", "byte 0")
    if unread:
        report.not_read("a file", "look at it")
    return Done(Polled(report), 0.3)


def test_records_are_counted_by_what_they_are_and_rejects_by_rule() -> None:
    metrics = Metrics()
    for _ in range(2):
        polled(metrics, Target("ospool: history of ap1", SOURCE, "history"), well())
    lines = page(metrics)
    assert 'htc_ledger_records_total{kind="history",target="ospool: history of ap1"} 8.0' in lines
    assert 'htc_ledger_records_total{kind="epochs",target="ospool: history of ap1"} 4.0' in lines
    assert 'htc_ledger_rejects_total{rule="cpus-bound",target="ospool: history of ap1"} 2.0' in lines


def test_a_poll_that_read_a_part_counts_as_failed_with_the_rows_it_brought() -> None:
    metrics = Metrics()
    polled(metrics, Target("ap1", SOURCE, "history"), well(unread=True))
    lines = page(metrics)
    assert 'htc_ledger_polls_total{result="failed",target="ap1"} 1.0' in lines
    assert 'htc_ledger_records_total{kind="history",target="ap1"} 4.0' in lines
    assert 'htc_ledger_target_up{target="ap1"} 0.0' in lines


def test_a_name_with_odd_characters_is_shown_and_breaks_no_line() -> None:
    metrics = Metrics()
    polled(metrics, Target('a"b\n\x1b[31m\udc80\\', SOURCE, "history"), Failed("no", "", "source", 1.0))
    assert any('target="a\\"b\\\\n\\\\x1b[31m\\\\udc80\\\\"' in line for line in page(metrics))
    assert all(line.isprintable() for line in page(metrics))


def test_seconds_since_the_last_success_are_unknown_until_there_was_one() -> None:
    metrics = Metrics()
    polled(metrics, Target("never", SOURCE, "history"), Failed("no", "", "source", 1.0))
    polled(metrics, Target("once", SOURCE, "history"), well())
    (line,) = [line for line in page(metrics) if line.startswith("htc_ledger_seconds_since_success{")]
    assert line.startswith('htc_ledger_seconds_since_success{target="once"} ')


def test_something_that_is_gone_is_down_and_something_forgotten_has_no_line() -> None:
    metrics = Metrics()
    health = polled(metrics, Target("ap1", SOURCE, "history"), well())
    state = gone(health, 2000)
    metrics.gone(health, state)
    assert 'htc_ledger_target_up{target="ap1"} 0.0' in page(metrics)
    metrics.gone(state, None)
    assert not any('target="ap1"' in line for line in page(metrics))
