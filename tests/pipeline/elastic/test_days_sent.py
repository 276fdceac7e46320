"""The journal of days that were written: of a day what was written last counts, of each stream apart."""

from datetime import date

from pipeline.elastic.days_sent import DaysSent, SentDay
from pipeline.elastic.told import ToldDay
from pipeline.lake import Lake

DAY = date(2026, 11, 1)


def noted(lake: Lake, digest: str, *, stream_id: str = "one", pool: str = "pool") -> None:
    sent = DaysSent(lake, "jobs", stream_id)
    sent.note([ToldDay(pool, DAY, 3, digest)], sent.read([pool]), "cube", 1_800_000_000)


def test_nothing_was_written_to_a_lake_without_a_journal(lake: Lake) -> None:
    assert DaysSent(lake, "jobs", "one").read(["pool"]) == {}


def test_of_a_day_what_was_written_last_counts_though_it_was_within_a_second(lake: Lake) -> None:
    for digest in ("a", "b", "a", "c"):
        noted(lake, digest)
    assert DaysSent(lake, "jobs", "one").read(["pool"]) == {("pool", DAY): SentDay(ToldDay("pool", DAY, 3, "c"), 4)}


def test_another_stream_or_pool_has_days_of_its_own(lake: Lake) -> None:
    noted(lake, "a")
    noted(lake, "b", stream_id="two")
    noted(lake, "c", pool="other")
    assert DaysSent(lake, "jobs", "one").read(["pool"])[("pool", DAY)].told.digest == "a"
    assert DaysSent(lake, "jobs", "two").read(["other"]) == {}
