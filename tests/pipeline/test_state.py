"""The badge: which word comes first, and that its sentence names what is wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.publish import Published
from pipeline.state import Asked, CoveredDays, DataState, SourceState, data_state
from tests.pipeline.ledger_rows import MIDNIGHT

NOW = datetime.fromtimestamp(MIDNIGHT + 7200, UTC)
DAY = date(2026, 11, 1)
PUBLISHED = Published("cube", "v1", "2026-11-01T00:00:00+00:00", "UTC", "rules", 9, {})
INGESTED = SourceState(
    pool="pool",
    files=3,
    open_files=0,
    chain_breaks=0,
    rejects=0,
    lost_attempts=0,
    attempts_without_cores=0,
    residual_s=0,
    negative_residuals=0,
    summary_wall_s=0,
    streams=0,
    missing_jobs=0,
    open_jobs=0,
    absent_clusters=0,
    first_day=DAY,
    last_day=DAY,
    first_covered_day=DAY,
    newest_record_utc=MIDNIGHT,
    proven_utc=None,
    queue_utc=None,
    read_utc=MIDNIGHT,
)
POLLED = replace(INGESTED, streams=2, proven_utc=MIDNIGHT + 7000)
WHOLE = CoveredDays("pool", 3, 0, 0, 0, 0, 0, 0, None, None, None)


def state(source: SourceState, days: CoveredDays | None = WHOLE, first: date | None = None) -> DataState:
    asked = Asked([source], [] if days is None else [days], first)
    return data_state(asked, PUBLISHED, NOW, 24)


def test_files_that_were_only_ingested_are_complete_as_far_as_they_go_and_the_sentence_says_so() -> None:
    unproven = replace(WHOLE, unknown_days=3, worst_day=DAY)
    made = state(INGESTED, unproven)
    assert (made.state, made.sentence) == (
        "complete",
        "Every record of the 3 files that were read is in these numbers; of other files nothing is known.",
    )


def test_a_job_without_an_end_in_ingested_files_leaves_it_unknown_whether_files_are_missing() -> None:
    made = state(replace(INGESTED, open_jobs=2, absent_clusters=7))
    assert made.state == "unknown"
    assert "2 jobs have no end in them" in made.sentence
    assert ("Cluster ids that no record names", "7") in made.evidence


def test_a_polled_pool_is_complete_only_if_all_asked_days_are_proven() -> None:
    assert state(POLLED).sentence == "Every record that was written on these days was read: each source proves it."
    found = replace(
        WHOLE, unknown_days=1, worst_day=DAY, worst_stream="ap1 history", worst_evidence="Nothing proves it."
    )
    made = state(POLLED, found)
    assert made.state == "unknown"
    assert "On 1 of 3 days it is not proven" in made.sentence
    assert "(newest: 2026-11-01, ap1 history: Nothing proves it)" in made.sentence


def test_days_before_collection_began_are_unknown() -> None:
    began = replace(POLLED, first_covered_day=DAY, first_day=date(2026, 10, 1))
    assert state(began).state == "unknown"
    assert "before 2026-11-01" in state(began).sentence
    assert state(began, first=DAY).state == "complete"
    assert state(POLLED, None).state == "unknown"


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({"gaps": 1}, "a gap in what was read"),
        ({"missing_jobs": 4}, "4 jobs left the queue without a final ad"),
        ({"rejects": 1}, "a record was rejected"),
        ({"chain_breaks": 1200}, "1,200 breaks in the chain of history records"),
    ],
)
@pytest.mark.parametrize("source", [INGESTED, POLLED])
def test_a_loss_on_an_asked_day_makes_it_partial_and_the_sentence_names_it(
    source: SourceState, found: dict[str, int], says: str
) -> None:
    evidence = {"worst_day": DAY, "worst_stream": "ap1 history", "worst_evidence": "A rotation is gone."}
    made = state(source, replace(WHOLE, partial_days=1, **found, **evidence))  # type: ignore[arg-type]
    assert made.state == "partial"
    assert says in made.sentence
    assert made.sentence.endswith("(newest: 2026-11-01, ap1 history: A rotation is gone).")


def test_attempts_that_lack_their_end_or_their_cores_make_it_partial() -> None:
    assert "the end of 2 attempts" in state(replace(POLLED, lost_attempts=2)).sentence
    assert state(replace(INGESTED, attempts_without_cores=1)).state == "partial"


def test_a_pool_in_which_nothing_happens_is_not_stale_while_its_polls_prove_it() -> None:
    old = replace(POLLED, newest_record_utc=MIDNIGHT - 90 * 86_400)
    assert state(old).state == "complete"
    assert state(replace(old, proven_utc=MIDNIGHT - 2 * 86_400)).state == "stale"
    assert state(replace(INGESTED, newest_record_utc=None)).state == "stale"


def test_what_is_made_up_is_called_that_first() -> None:
    assert state(replace(INGESTED, pool="prairie (simulated)", lost_attempts=2)).state == "simulated"


def test_without_a_pool_nothing_was_read() -> None:
    assert data_state(Asked([], []), PUBLISHED, NOW, 24).state == "partial"
