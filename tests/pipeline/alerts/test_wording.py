"""An alert in words: what strangers wrote in it is text, in a mail and in JSON."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

from pipeline.alerts.destination import Destination
from pipeline.alerts.wording import letter, link, payload
from pipeline.mail.message import compose
from tests.pipeline.alerts.rules import due
from tests.pipeline.desk.found import FULL, NOW

HOSTILE = "a\r\nBcc: eve@example.org\u202e\x1b[2J<b>\ud800"
WHEN = datetime.fromtimestamp(NOW, UTC)
ONE = due(Destination("ops@example.org"))
BAD = replace(
    ONE,
    finding=replace(FULL, sentence=HOSTILE, signature=HOSTILE, value=HOSTILE, values=(HOSTILE,), dimension="user"),
    asked=replace(ONE.asked, pool=HOSTILE),
)


def test_hostile_names_add_no_header_and_act_on_nothing() -> None:
    plain, bad = (
        message_from_bytes(compose(letter(one, "https://x"), "l@example.org", WHEN).as_bytes(), policy=default)
        for one in (ONE, BAD)
    )
    assert bad.keys() == plain.keys()
    text = bad.get_content()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\nBcc" not in text.replace("\r", "\n")


def test_json_holds_names_as_they_are_and_can_be_written_to_any_wire() -> None:
    sent = payload(BAD, "", WHEN)
    assert sent["finding"]["places"] == [HOSTILE]
    assert json.loads(json.dumps(sent).encode("ascii")) == sent
    assert sent["link"] is None


def test_of_very_many_places_the_first_are_named() -> None:
    many = replace(ONE, finding=replace(FULL, values=tuple(f"s{number}" for number in range(60))))
    assert len(payload(many, "", WHEN)["finding"]["places"]) == 50
    assert "s49 and 10 more" in letter(many, "").text


def test_a_link_shows_the_page_with_the_window() -> None:
    assert link(ONE, "https://x/").startswith("https://x/triage?pool=pool&hours=24&until=")
    assert "hours=72" in link(due(Destination("a@b"), hours=48), "https://x")
    assert link(ONE, "") == ""
