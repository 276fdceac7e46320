"""Reports over the API are those of page and command: the same bytes, a tag, and reasons where there is none."""

import json

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.one_pool import one_pool
from pipeline.remote import RemoteLedger
from pipeline.report.made import Asked, made, written
from pipeline.report.period import Period
from pipeline.report.template import Template
from pipeline.viewer import LOCAL
from tests.dashboard.http_client import request
from tests.dashboard.made_lake import REAL

OCTOBER = f"/api/v1/reports/facility?period=2026-10&pool={REAL}&format=html"


def test_a_report_is_the_one_that_the_command_writes(address: str, cube: Cube) -> None:
    asked = Asked("facility", "", one_pool(cube, LOCAL, REAL), Period.parse("2026-10", 1))
    with RemoteLedger(address) as ledger:
        for form in ("html", "pdf"):
            found = ledger.report("facility", period="2026-10", form=form, pool=REAL)
            assert found == written(made(cube, LOCAL, asked, Template()).report, Template(), form)
            assert found.startswith(b"%PDF-" if form == "pdf" else b"<!DOCTYPE html>")


def test_a_project_s_report_names_it_and_comes_as_a_file_that_does_nothing(address: str) -> None:
    answer = request(address, f"/api/v1/reports/project?name=CA_Bio0&period=2026-10&pool={REAL}&format=html")
    assert answer.status == 200
    assert b"CA_Bio0" in answer.body
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_report_that_is_had_already_is_not_made_again(address: str) -> None:
    tag = request(address, OCTOBER).headers["etag"]
    again = request(address, OCTOBER, If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert request(address, OCTOBER.replace("2026-10", "2026-11"), If_None_Match=tag).status == 200


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("facility", 400, "a report is of a period"),
        ("facility?period=Octember", 400, "Octember"),
        (f"facility?period=2026-10&name=CA_Bio0&pool={REAL}", 400, "a facility has no name"),
        (f"project?period=2026-10&pool={REAL}", 400, "a facility has no name"),
        (f"site?period=2026-10&name=Nowhere&pool={REAL}", 400, "Nowhere"),
        (f"facility?period=2026-10&where=pool={REAL}", 400, "a report is of one pool"),
        ("facility?period=2026-10&from=2026-10-01", 400, "a report is of a period"),
        ("galaxy?period=2026-10", 422, "kind"),
        ("facility?period=2026-10&format=docx", 422, "format"),
    ],
)
def test_what_cannot_be_reported_is_a_problem_that_says_why(address: str, path: str, status: int, said: str) -> None:
    answer = request(address, f"/api/v1/reports/{path}")
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    found = json.loads(answer.body)
    assert said in found["title"] + found.get("detail", "")


def test_the_client_raises_what_is_refused(address: str) -> None:
    with RemoteLedger(address) as ledger, pytest.raises(UsageError, match="a report is of a period"):
        ledger.report("facility")
