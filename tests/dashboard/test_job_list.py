"""The page Jobs and its address: filters of the grid, of the address and of the question are the same thing."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import filters, job_filters, job_grid, job_list
from dashboard.filters import View
from dashboard.periods import Period
from dashboard.selection import Selection
from pipeline.cube import PoolInfo
from pipeline.errors import UsageError
from pipeline.explorer.columns import COLUMNS, Of, column
from pipeline.explorer.conditions import Condition
from pipeline.explorer.ids import JobIds

POOL = PoolInfo("campus", simulated=False, first_day=date(2026, 9, 1), last_day=date(2026, 11, 20))
PERIOD = Period(date(2026, 10, 22), date(2026, 11, 20))
CHOSEN = Selection(POOL, PERIOD, None, date(2026, 9, 1), "used", (("project", ("A",)),))
MARKUP = "<img src=x onerror=alert(1)>"


def wanted_of(address: str) -> job_list.Asked:
    path, _, search = address.partition("?")
    assert path == "/jobs"
    return job_list.asked(filters.parse("?" + search))


def test_an_address_for_other_pages_keeps_the_view_and_says_the_filters() -> None:
    view = View(pool="p q", preset="90d", project=("A&B",), options=(("by", "site"),))
    address = job_list.address(view, sort="-wasted_h", outcome="failed", hold_reason="~50%")
    assert filters.parse(address.partition("?")[2]).project == ("A&B",)
    assert "by=" not in address
    wanted = wanted_of(address)
    assert wanted.conditions == (Condition("hold_reason", "~50%"), Condition("outcome", "failed"))
    assert (wanted.of, wanted.sort) == ("jobs", "-wasted_h")
    assert wanted_of(job_list.address(View(), "attempts", job="ap1#12.0")).job == "ap1#12.0"
    assert job_list.address(View()) == "/jobs"


def test_the_question_is_that_of_the_view_and_an_id_is_asked_for_alone() -> None:
    question = job_list.listed(CHOSEN, wanted_of("/jobs?outcome=failed&sort=cpu_h"))
    assert (question.first, question.last) == (PERIOD.first, PERIOD.last)
    assert question.where == (("pool", ("campus",)), ("project", ("A",)))
    assert (question.conditions, question.sort) == ((Condition("outcome", "failed"),), "cpu_h")
    question = job_list.listed(CHOSEN, wanted_of("/jobs?outcome=failed&job=ap1%2312"))
    assert (question.first, question.where, question.conditions) == (None, (("pool", ("campus",)),), ())
    assert question.ids == JobIds(12, ap="ap1")
    with pytest.raises(UsageError):
        job_list.listed(CHOSEN, wanted_of("/jobs?job=nothing"))


def test_a_filter_that_the_other_list_has_is_named_not_dropped() -> None:
    wanted = wanted_of("/jobs?of=attempts&exitcode=1&outcome=lost")
    assert (wanted.conditions, wanted.elsewhere) == ((Condition("outcome", "lost"),), ("Exit code",))
    assert wanted_of("/jobs?of=attempts&sort=-wasted_h").sort == job_list.USUAL_SORT


def test_options_of_the_address_are_short_enough_and_are_no_names_of_the_filter_bar() -> None:
    for of in COLUMNS:
        for known in COLUMNS[of]:
            if job_list.can_filter(known):
                view = job_list.with_state(filters.with_option(View(), "of", of), {known.name: "?"}, None)
                assert job_list.asked(filters.parse(filters.to_search(view))).conditions == (
                    Condition(known.name, "?"),
                ), known


AMOUNTS = st.integers(0, 10_000).map(str) | st.decimals(0, 99, places=2).map(str)
TEXTS = st.text(min_size=1, max_size=20).map(str.strip).filter(lambda text: text and text[0] not in "=~?!")
OF_A_KIND = {
    "text": TEXTS.flatmap(lambda text: st.sampled_from([f"~{text}", f"={text}"])),
    "choice": st.sampled_from(["failed", "removed,failed"]),
    "number": st.one_of(AMOUNTS.map(">={}".format), AMOUNTS.map("<={}".format), st.just("1..5"), st.just("=5")),
    "share": st.sampled_from([">=20%", "<=5.5%", "10%..20%"]),
    "moment": st.sampled_from(["2026-11-01..2026-11-03", ">=2026-11-01"]),
}


@given(st.data(), st.sampled_from(["jobs", "attempts"]))
def test_the_grid_says_back_what_the_address_asked(data: Any, of: Of) -> None:
    known = data.draw(st.sampled_from([one for one in COLUMNS[of] if job_list.can_filter(one)]))
    text = data.draw(st.one_of(st.sampled_from(["?", "!?"]), OF_A_KIND[known.kind]))
    model = job_filters.model(of, [Condition(known.name, text)])
    back = job_filters.conditions(of, model)[known.name]
    if known.kind in ("number", "share"):
        model_of_back = job_filters.model(of, [Condition(known.name, back)])
        assert model_of_back == model, "13.50 and 13.5 are one number"
    else:
        assert back == text


@pytest.mark.parametrize(
    "model",
    [
        {"nothing": {"filterType": "text", "type": "contains", "filter": "x"}},
        {"command": {"filterType": "text", "type": "contains", "filter": "  "}},
        {"wall_h": {"filterType": "number", "type": "inRange", "filter": 1}},
        {"wall_h": {"filterType": "number", "type": "odd", "filter": 1}},
        {"wall_h": {}},
    ],
)
def test_a_filter_that_means_nothing_filters_nothing(model: Any) -> None:
    assert job_filters.conditions("jobs", model) == {}


def test_cells_are_short_texts_that_act_on_nothing() -> None:
    row = dict.fromkeys((each.name for each in COLUMNS["jobs"]), None) | {
        "job": "ap1.x.org#12.3",
        "command": MARKUP + "\u202e" + "x" * 5000,
        "end_utc": 1_793_491_200,
        "cpu_efficiency": 0.5,
        "wasted_on": "transfer_in",
        "attempts": 2,
    }
    (shown,) = job_grid.rows([row], wanted_of("/jobs"), lambda row: "/receipt")
    assert (shown["job"], shown["end_utc"], shown["cpu_efficiency"]) == ("ap1#12.3", "2026-11-01 00:00", "50.0\u00a0%")
    assert (shown["wasted_on"], shown["attempts"], shown["cpu_h"]) == ("Input transfer", "2", "—")
    assert "\u202e" not in shown["command"] + shown["command_tip"]
    assert len(shown["command"]) < 100
    assert shown["job_tip"] == "ap1.x.org#12.3"


def test_every_column_says_what_it_is() -> None:
    for of in COLUMNS:
        for made in job_grid.columns(wanted_of(f"/jobs?of={of}")):
            assert made["headerTooltip"] == column(of, made["field"]).doc
