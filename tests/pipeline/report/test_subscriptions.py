"""Who gets which report, as a file says it, and when."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.report.subscriptions import Subscription, subscriptions
from tests.conftest import ROOT

ONE = '[[subscriptions]]\nname = "one"\nto = ["PI@example.org"]\nreport = "project"\nof = "A"\n'


def written(folder: Path, text: str) -> str:
    path = folder / "subscriptions.toml"
    path.write_text(text, "utf-8")
    return str(path)


def every(word: str, day: int = 3) -> Subscription:
    given = {"name": "x", "to": ("a@example.org",), "report": "facility", "every": word, "day": day}
    return Subscription.model_validate(given)


def test_a_subscription_has_its_defaults_and_its_template_beside_the_file(tmp_path: Path) -> None:
    (found,) = subscriptions(written(tmp_path, ONE + 'template = "our.toml"\n'))
    assert (found.to, found.every, found.day, found.form, found.annex) == (
        ("pi@example.org",),
        "month",
        3,
        "pdf",
        False,
    )
    assert found.template == str(tmp_path / "our.toml")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ONE + ONE, "two subscriptions are called 'one'"),
        (ONE.replace("PI@example.org", "PI <p@x>"), "is no mail address"),
        (ONE.replace('["PI@example.org"]', '["a@x", "A@X"]'), "named twice"),
        (ONE.replace('["PI@example.org"]', "[]"), "subscriptions.0.to"),
        (ONE.replace('of = "A"', ""), "named by `of`"),
        (ONE.replace('"project"', '"facility"'), "a facility is not"),
        (ONE + "day = 0", "subscriptions.0.day"),
        (ONE + 'every = "week"', "subscriptions.0.every"),
        (ONE + 'cc = "x"', "subscriptions.0.cc"),
        ("[subscription]", "subscription"),
        ("not toml", "not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        subscriptions(written(tmp_path, text))


def test_a_file_that_is_not_named_or_not_there_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no file says"):
        subscriptions("")
    with pytest.raises(SettingsError, match="cannot be read"):
        subscriptions(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("word", "today", "name"),
    [
        ("month", "2026-12-01", "2026-11"),
        ("month", "2026-12-31", "2026-11"),
        ("month", "2027-01-15", "2026-12"),
        ("quarter", "2026-12-31", "2026-Q3"),
        ("quarter", "2027-01-01", "2026-Q4"),
        ("year", "2026-12-31", "2025"),
        ("fiscal year", "2026-09-30", "FY2025"),
        ("fiscal year", "2026-10-01", "FY2026"),
    ],
)
def test_the_newest_period_is_the_last_that_is_over(word: str, today: str, name: str) -> None:
    assert every(word).newest(date.fromisoformat(today), 10).name == name


def test_it_is_due_from_its_day_on() -> None:
    one = every("month", day=3)
    period = one.newest(date(2026, 12, 2), 1)
    assert [one.is_due(period, date(2026, 12, day)) for day in (2, 3, 20)] == [False, True, True]


def test_the_example_of_the_documentation_can_be_used(tmp_path: Path) -> None:
    example = (ROOT / "docs" / "reports.md").read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    (found,) = subscriptions(written(tmp_path, example))
    assert set(found.model_fields_set) == set(Subscription.model_fields)
