"""What the page Triage says of findings: names are text, evidence is there, links lead where the finding is."""

from dataclasses import replace
from typing import Any

from dashboard import triage_parts
from dashboard.filters import View
from dashboard.ticket_text import ticket
from dashboard.triage_parts import Desk
from pipeline.desk.act import About, Done, Wish
from pipeline.triage.finding import Asked
from pipeline.triage.sheet import Cell, Evidence, Example, Part, Sheet
from tests.dashboard.component_text import all_of, text_of
from tests.dashboard.made_lake import MARKUP, RIGHT_TO_LEFT
from tests.pipeline.desk.found import FULL

DAY = 86_400
MIDNIGHT = 1_795_219_200  # Saturday 2026-11-21 00:00 UTC
ASKED = Asked("pool", MIDNIGHT, MIDNIGHT + DAY, MIDNIGHT - 7 * DAY)
FOUND = FULL
COURSE = (Part(MIDNIGHT - DAY, 0, 10), Part(MIDNIGHT, 5, 10), Part(MIDNIGHT + 3600, 0, 0))
EXAMPLE = Example("ap1#12.0", MIDNIGHT + 3700, "n1.alpha", "No space left on device")
ONE = Evidence(FOUND, COURSE, (EXAMPLE,))
CELLS = (Cell("Alpha", "disk_exceeded", 90, 100), Cell("Alpha", "network", 0, 100))
SHEET = Sheet(ASKED, (ONE,), CELLS, 1100, 95)


def cards(one: Evidence = ONE, *, alarms: bool = True) -> str:
    sheet = replace(SHEET, evidence=(one,))
    return text_of(triage_parts.cards(sheet, View(pool="pool"), "/triage", alarms=alarms))


def test_a_finding_opens_to_its_numbers_examples_and_what_to_do() -> None:
    text = cards().replace("\u00a0", " ")
    for said in (FOUND.sentence, "usually the site's.", "Make room.", "90 100 90 %", "5 1,000 0.5 %", "4 700 0.6 %"):
        assert said in text
    assert "ap1#12.0" in text
    assert "No space left on device" in text


def test_what_was_there_before_is_no_alarm() -> None:
    assert "Nothing else stands out." in cards(alarms=False)
    known = replace(ONE, finding=replace(FOUND, alarm=False))
    assert "Nothing stands out." in cards(known)
    assert FOUND.sentence in cards(known, alarms=False)


def test_names_and_messages_of_strangers_act_on_nothing() -> None:
    bad = MARKUP + RIGHT_TO_LEFT
    found = replace(FOUND, sentence=bad, signature=bad, value=bad, values=(bad,))
    one = Evidence(found, COURSE, (Example(None, MIDNIGHT, bad, bad),))
    text = cards(one) + ticket(one, SHEET, "/triage")
    assert MARKUP in text
    assert RIGHT_TO_LEFT not in text


def test_bars_are_shares_and_no_attempts_are_no_bar() -> None:
    (bars,) = [
        one
        for one in all_of(triage_parts.cards(SHEET, View(), "/triage", alarms=True), "Div")
        if getattr(one, "className", "") == "triage-bars"
    ]
    assert [one.children.style["height"] for one in bars.children] == ["0%", "50%", "0"]
    assert ["triage-now" in one.className for one in bars.children] == [False, True, True]


def test_the_list_of_attempts_is_of_the_place_and_the_days() -> None:
    address = triage_parts.attempts_address(FOUND, SHEET, View(pool="pool"))
    assert address == "/jobs?pool=pool&from=2026-11-21&to=2026-11-21&site=Alpha&failure=disk_exceeded&of=attempts"
    on_host = replace(FOUND, dimension="host", value="n1", values=("n1", "n2"))
    assert "machine=n1" in triage_parts.attempts_address(on_host, SHEET, View(pool="pool"))


def test_a_site_without_such_failures_has_a_point_and_no_shade() -> None:
    table = triage_parts.heatmap(CELLS)
    full, none = all_of(table, "Td")
    assert (full.children, full.className, full.title) == ("90 %", "heat-5", "90 of 100 attempts")
    assert (none.children, none.className) == ("·", "heat-0")
    assert "No attempt failed" in text_of(triage_parts.heatmap(()))


def test_a_ticket_has_all_that_somebody_else_needs() -> None:
    text = ticket(ONE, SHEET, "https://ledger.example.org/triage?until=1")
    assert text.splitlines() == [
        "95 % of “Disk exceeded” (90 of 95) are at site Alpha.",
        "",
        "Pool: pool",
        "Window: 21 Nov 2026, 00:00\u00a0UTC to 22 Nov 2026, 00:00\u00a0UTC",
        "Since: 21 Nov 2026, 01:00\u00a0UTC",
        "There: 90 of 100 attempts (90 %)",
        "Elsewhere: 0.5 %; before: 0.6 %",
        "Cost: 12.5 core hours, 80 jobs",
        "Site: Alpha",
        "Example: ap1#12.0 on n1.alpha, 21 Nov 2026, 01:01\u00a0UTC: No space left on device",
        "What to do: Make room.",
        "HTC Ledger: https://ledger.example.org/triage?until=1",
    ]


def on_desk(done: Done, note: str = "") -> Desk:
    act = Wish(done, note, "ada", "page").act(About.of("pool", FOUND), FOUND.sentence, MIDNIGHT)
    return Desk((act,))


def cards_of(desk: Desk) -> list[Any]:
    return list(triage_parts.cards(SHEET, View(), "/triage", desk, alarms=True))


def test_what_is_muted_is_folded_away_and_counted() -> None:
    none, folded = cards_of(on_desk("mute"))
    assert "Nothing stands out." in text_of(none)
    assert folded.className == "triage-muted"
    text = text_of(folded).replace("\u00a0", " ")
    assert text.startswith("1 muted")
    assert "Muted by ada, 21 Nov 2026, 00:00 UTC, until 22 Nov 2026, 00:00 UTC" in text
    assert len(all_of(folded, "Button")) == 6, "five acts, and the way back"


def test_what_is_acknowledged_is_marked_and_does_not_open_by_itself() -> None:
    (card,) = cards_of(on_desk("ack"))
    assert "acknowledged" in text_of(card)
    assert "triage-alarm" not in card.className
    assert card.open is False
    (acted_on,) = cards_of(replace(on_desk("ack"), acted_on=FOUND.key))
    assert acted_on.open is True


def test_a_note_is_text_whatever_stands_in_it() -> None:
    (card,) = cards_of(on_desk("note", MARKUP + RIGHT_TO_LEFT))
    assert MARKUP in text_of(card)
    assert RIGHT_TO_LEFT not in text_of(card)
    assert f"Note of ada: {MARKUP}" in next(one.children for one in all_of(card, "Pre"))


def test_buttons_of_findings_with_one_key_are_told_apart() -> None:
    sheet = replace(SHEET, evidence=(ONE, ONE))
    buttons = all_of(triage_parts.cards(sheet, View(), "/triage", alarms=True), "Button")
    ids = [tuple(button.id.items()) for button in buttons]
    assert len(set(ids)) == len(ids) == 10
