"""Nothing is called proven that could be missing, and a gap says what to do."""

from collectors.asking.evidence import DAY_S, Limit, Read, Stretch, bottom_of, spans_of
from collectors.asking.mark import Mark

MARK = Mark()
T = 1_800_000_000
WHOSE = "history of ap1"
SINCE = Stretch(WHOSE, T, T + 1000)
FIRST = Stretch(WHOSE, None, T + 1000)


def read(records: int, *, reached: bool = False, known: bool = True, oldest: int | None = T + 500) -> Read:
    return Read(records, reached, known, oldest)


def states(stretch: Stretch, what: Read, limit: Limit) -> list[tuple[str, int, int]]:
    spans = spans_of(stretch, what, bottom_of(what, limit), limit, MARK)
    return [(span.state, span.from_utc - T, span.to_utc - T) for span in spans]


def test_an_answer_that_joins_what_was_known_proves_all_since() -> None:
    assert states(SINCE, read(7, reached=True), Limit(told=False)) == [("proven", 0, 1000)]


def test_an_answer_as_long_as_the_limit_that_does_not_join_leaves_a_gap() -> None:
    assert states(SINCE, read(50), Limit(told=True, records=50)) == [("gap", 0, 500), ("proven", 500, 1000)]


def test_a_shorter_answer_that_does_not_join_means_that_records_were_removed() -> None:
    assert bottom_of(read(49), Limit(told=True, records=50)) == "gone"
    assert bottom_of(read(49), Limit(told=True, records=0)) == "gone"
    assert states(SINCE, read(49), Limit(told=True, records=50)) == [("gap", 0, 500), ("proven", 500, 1000)]


def test_an_answer_without_records_where_some_were_known_is_a_gap_up_to_now() -> None:
    assert states(SINCE, read(0, oldest=None), Limit(told=True, records=50)) == [("gap", 0, 1000)]


def test_records_that_were_written_long_after_their_time_do_not_hide_a_gap() -> None:
    assert states(SINCE, read(50, oldest=T - 5000), Limit(told=True, records=50)) == [("gap", 0, 1000)]


def test_at_first_contact_all_that_is_there_is_proven_from_its_oldest_record_on() -> None:
    assert states(FIRST, read(7, known=False), Limit(told=True, records=50)) == [("proven", 500, 1000)]
    assert states(FIRST, read(0, known=False, oldest=None), Limit(told=True, records=50)) == [("proven", 1000, 1000)]


def test_at_first_contact_the_limit_leaves_a_gap_of_a_day_before_the_oldest() -> None:
    spans = states(FIRST, read(50, known=False), Limit(told=True, records=50))
    assert spans == [("gap", 500 - DAY_S, 500), ("proven", 500, 1000)]


def test_where_the_limit_is_not_told_a_round_number_of_records_is_suspicious() -> None:
    assert bottom_of(read(10_000, known=False), Limit(told=False)) == "hidden"
    assert bottom_of(read(9_999, known=False), Limit(told=False)) == "whole"
    assert bottom_of(read(0, known=False), Limit(told=False)) == "whole"


def test_what_htcondors_tool_read_is_hidden_by_no_limit() -> None:
    assert bottom_of(Read(50, False, False, T, by_tool=True), Limit(told=True, records=50)) == "whole"
    assert bottom_of(Read(50, False, True, T, by_tool=True), Limit(told=True, records=50)) == "gone"


def test_a_gap_names_the_limit_and_what_to_do() -> None:
    limit = Limit(told=True, records=50)
    gap = spans_of(SINCE, read(50), "hidden", limit, MARK)[0]
    assert gap.evidence == (
        "history of ap1: only the newest 50 records can be asked for (HISTORY_HELPER_MAX_HISTORY), older ones than "
        "2027-01-15 08:08 UTC were not seen: raise it there, install HTCondor's tools here, or read its files once"
    )
    assert "poll more often" in spans_of(SINCE, read(3), "gone", limit, MARK)[0].evidence
