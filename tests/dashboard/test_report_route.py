"""Reports of what a page shows: the same numbers, of the same days and filters; a page that says why there is none."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from dashboard import report_route
from dashboard.filters import parse
from dashboard.report_menu import links
from dashboard.report_route import AT_A_TIME, WAITING, Busy, Turns, document
from dashboard.selection import select
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.query import UsageQuery
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.dashboard.http_client import request
from tests.dashboard.made_lake import HOSTILE_POOL, MARKUP, SIMULATED

DAYS = "&from=2026-10-01&to=2026-10-31"


def shown(value: float) -> str:
    return f'<dd class="value">{value:,.1f}</dd>'


@pytest.mark.parametrize(
    ("path", "search"),
    [
        ("facility", f"?pool=campus{DAYS}&site=Purdue"),
        ("project", f"?pool=campus{DAYS}&project=CA_Bio0&booking=ended"),
        ("site", f"?pool=campus{DAYS}&site=Purdue&project=CA_Bio0&project=CA_Astro0"),
    ],
)
def test_its_numbers_are_those_of_the_view(address: str, cube: Cube, path: str, search: str) -> None:
    answer = request(address, f"/report/{path}.html{search}")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    chosen = select(parse(search), cube.pools(LOCAL))
    (row,) = cube.usage(chosen.query((), ("cpu_h",)), LOCAL).to_pylist()
    assert row["cpu_h"] > 0
    assert shown(row["cpu_h"]) in answer.body.decode()
    assert "October 2026" in answer.body.decode()
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_pdf_is_a_file_whose_name_says_what_it_is_of(address: str) -> None:
    answer = request(address, f"/report/site.pdf?pool={quote(SIMULATED)}{DAYS}&site=Purdue&booking=ended")
    assert answer.body.startswith(b"%PDF-1.7")
    assert answer.headers["content-disposition"] == (
        'attachment; filename="htc-ledger-report-site-Purdue-2026-10-as-ended-simulated.pdf"'
    )


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("/report/project.pdf", 400, "names no project"),
        ("/report/site.html?pool=campus&site=A&site=B", 400, "or several"),
        (f"/report/project.pdf?pool=campus&project={quote(MARKUP)}", 400, "no project"),
        ("/report/facility.pdf?pool=nowhere", 400, "not here"),
        ("/report/facility.html?from=2026-13-01", 400, "cannot be used"),
        ("/report/facility.html?pool=campus&from=2020-01-01&to=2020-01-31", 400, "Nothing is known"),
        ("/report/pool.pdf", 404, "no such report"),
        ("/report/facility.exe", 404, "no such report"),
        ("/report/../facility.pdf", 404, ""),
    ],
)
def test_an_impossible_question_is_answered_with_a_page_that_says_why(
    address: str, path: str, status: int, why: str
) -> None:
    answer = request(address, path)
    assert (answer.status, "text/html" in answer.headers["content-type"]) == (status, True)
    body = answer.body.decode()
    assert why in body
    assert MARKUP not in body
    assert 'href="/' in body


def test_strangers_names_are_text_in_the_report_too(address: str) -> None:
    answer = request(address, f"/report/facility.html?pool={HOSTILE_POOL}&range=all")
    assert answer.status == 200
    assert "<img" not in answer.body.decode()
    assert request(address, f"/report/facility.pdf?pool={HOSTILE_POOL}&range=all").body.startswith(b"%PDF")


def test_a_viewer_gets_no_report_of_what_he_may_not_see(cube: Cube, lake_root: Path) -> None:
    settings, pi = Settings(lake=lake_root), Viewer("pi", frozenset({"CA_Bio0"}))
    asked = parse(f"?pool=campus{DAYS}&project=CA_Astro0")
    with pytest.raises(UsageError):
        document(cube, pi, asked, "project", "html", settings)
    own = document(cube, pi, parse(f"?pool=campus{DAYS}"), "facility", "html", settings).content.decode()
    where = (("pool", ("campus",)), ("project", ("CA_Bio0",)))
    chosen = select(asked, cube.pools(LOCAL)).period
    (row,) = cube.usage(UsageQuery((), ("cpu_h",), chosen.first, chosen.last, where), LOCAL).to_pylist()
    assert shown(row["cpu_h"]) in own
    assert "Only of the projects that its reader may see." in own


def test_a_few_are_made_at_a_time_a_few_wait_and_the_others_come_back() -> None:
    async def ask(turns: Turns, go: asyncio.Event, seen: list[int]) -> None:
        async with turns.turn():
            seen.append(1)
            await go.wait()

    async def whole() -> None:
        turns, go, seen = Turns(), asyncio.Event(), list[int]()
        asking = [asyncio.create_task(ask(turns, go, seen)) for _ in range(AT_A_TIME + WAITING)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(seen) == AT_A_TIME
        with pytest.raises(Busy):
            await ask(turns, go, seen)
        go.set()
        await asyncio.gather(*asking)
        assert len(seen) == AT_A_TIME + WAITING
        await ask(turns, go, seen)

    asyncio.run(whole())


def test_one_report_too_many_is_told_when_to_come_back(
    serve: Callable[[Path], str], lake_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_route, "AT_A_TIME", 1)
    monkeypatch.setattr(report_route, "WAITING", -1)
    answer = request(serve(lake_root), f"/report/facility.html?pool=campus{DAYS}")
    assert (answer.status, answer.headers["retry-after"]) == (503, str(report_route.RETRY_S))
    assert "Many reports are being made" in answer.body.decode()


def test_the_menu_leads_to_the_report_of_the_view_and_asks_for_a_name_first() -> None:
    view = parse(f"?pool=campus{DAYS}&project=A%26B&by=site")
    shown_links: list[Any] = list(links("project", view))
    assert [link.href for link in shown_links] == [
        f"/report/project.{form}?pool=campus{DAYS}&project=A%26B" for form in ("pdf", "html")
    ]
    assert "Choose a site first." in str(links("site", view)[0])
