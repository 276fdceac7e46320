"""What the page Site says of failures, hosts, pilots and a newcomer: names are text, too little data is said."""

from dataclasses import replace
from datetime import UTC, date, datetime

from dashboard import trouble_parts
from pipeline.site_trouble import Beginning, Cause, Host, SiteTrouble
from tests.dashboard.component_text import all_of, text_of
from tests.dashboard.made_lake import MARKUP, RIGHT_TO_LEFT

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR_AGO = int(NOW.timestamp()) - 3600
NO_PILOTS = {"known": False}
OLD = Beginning(None, None, HOUR_AGO, HOUR_AGO, 10, 9, 0, (), recent=False)
QUIET = SiteTrouble((), (), 500, 12, True, NO_PILOTS, OLD)
HOLE = Host(f"{MARKUP}{RIGHT_TO_LEFT}", 40, 40, 38, 1.0, 0.05, 12.5, 3, HOUR_AGO)


def said(found: SiteTrouble) -> str:
    return text_of(trouble_parts.troubles(found))


def test_where_nothing_stands_out_the_page_says_of_how_many_runs_and_hosts() -> None:
    assert "of the 500 runs that ended here" in said(QUIET)
    assert "no one of its 12 hosts" in said(QUIET)


def test_too_little_to_compare_is_said_with_what_is_needed() -> None:
    assert "Too little to compare: 1 run ended here" in said(replace(QUIET, runs=1, enough=False))
    assert "30 here and 100 elsewhere" in said(replace(QUIET, runs=1, enough=False))


def test_a_cause_that_occurs_nowhere_else_says_so() -> None:
    only, more = Cause("failed", "exit code 9", 12, 0.2, 0.0, 3.0), Cause("held", MARKUP, 20, 0.3, 0.01, None)
    text = said(replace(QUIET, causes=(only, more)))
    assert "only here" in text
    assert "1.0 %" in text.replace("\u00a0", " ")
    assert MARKUP in text


def test_a_black_hole_is_called_one_and_its_name_acts_on_nothing() -> None:
    text = said(replace(QUIET, hosts=(HOLE, replace(HOLE, name="slow", short=2))))
    assert text.count("black hole") == 1
    assert "⟨U+202E⟩" in text
    assert RIGHT_TO_LEFT not in text


def test_pilots_are_a_table_only_where_a_ce_of_the_site_is_read() -> None:
    assert trouble_parts.pilot_table(NO_PILOTS) == []
    counts = {"asked": 12, "ended": 10, "never_ran": 1, "bad": 3, "short": 2, "waiting": None, "with_payload": 7}
    (table,) = trouble_parts.pilot_table({"known": True, **counts})
    rows = {row.children[0].children: row.children[1].children for row in all_of(table, "Tr")[1:]}
    assert rows == {
        "Asked for": "12",
        "Waiting now": "not known",
        "Started": "9",
        "Never started": "1",
        "Ended badly": "3",
        "Ended at once": "2",
        "Ran payload": "7",
    }


def test_a_site_that_is_no_newcomer_has_no_such_panel() -> None:
    assert trouble_parts.beginning(OLD, "Purdue", NOW) == []


def test_a_newcomer_s_steps_say_what_is_done_and_what_is_still_wrong() -> None:
    began = Beginning(None, date(2026, 11, 18), HOUR_AGO, None, 6, 0, 4, (), recent=True)
    text = text_of(trouble_parts.beginning(began, MARKUP, NOW))
    assert "Its slots name no CE" in text
    assert "18 Nov 2026; 4 in the pool" in text
    assert "None of 6 runs succeeded" in text
    assert text.count("done") == 2
    assert text.count("missing") == 1


def test_a_newcomer_without_a_slot_is_told_what_to_look_at() -> None:
    began = Beginning(HOUR_AGO, None, None, None, 0, 0, 0, ("ce.new.test",), recent=True)
    text = text_of(trouble_parts.beginning(began, "New", NOW))
    assert "Through ce.new.test" in text
    assert "can its glideins reach the collector" in text
    assert "does its START expression take the jobs" in text
