"""The REST API gives the cube's answers, in pages and forms, each with the tag of its cube."""

import io
import json
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.api.spans import cursor
from pipeline.cube import Cube
from pipeline.export import to_csv
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL
from tests.dashboard.http_client import Answer, request
from tests.dashboard.made_lake import REAL

USAGE = f"/api/v1/usage?by=project,site&metrics=cpu_h,jobs&where=pool={REAL}"
QUERY = UsageQuery(("project", "site"), ("cpu_h", "jobs"), where=(("pool", (REAL,)),))
"""The same question to the cube."""


def told(answer: Answer) -> Any:
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def test_rows_are_the_cube_s_and_say_of_which_cube_and_zone_they_are(address: str, cube: Cube) -> None:
    found = told(request(address, USAGE))
    assert found["rows"] == cube.usage(QUERY, LOCAL).to_pylist()
    assert (found["cube"], found["zone"], found["next"]) == (cube.version, cube.published.zone, None)


def test_the_other_forms_hold_the_same_rows(address: str, cube: Cube) -> None:
    expected = cube.usage(QUERY, LOCAL)
    assert request(address, USAGE + "&format=csv").body == to_csv(expected)
    assert pq.read_table(io.BytesIO(request(address, USAGE + "&format=parquet").body)).equals(expected)
    arrow = request(address, USAGE, Accept="text/html;q=0.9, application/vnd.apache.arrow.stream")
    assert arrow.headers["content-type"] == "application/vnd.apache.arrow.stream"
    assert pa.ipc.open_stream(arrow.body).read_all().equals(expected)


def test_pages_put_together_are_the_whole(address: str, cube: Cube) -> None:
    found = told(request(address, USAGE + "&limit=2"))
    rows, pages = found["rows"], 1
    while found["next"] is not None:
        found = told(request(address, f"{USAGE}&limit=2&cursor={found['next']}"))
        rows += found["rows"]
        pages += 1
    expected = cube.usage(QUERY, LOCAL).to_pylist()
    assert rows == expected
    assert pages == -(-len(expected) // 2) > 1


def test_a_page_names_the_next_in_its_link(address: str) -> None:
    link = request(address, USAGE + "&limit=1&format=csv").headers["link"]
    target, rel = link.split("; ")
    assert rel == 'rel="next"'
    second = request(address, target.strip("<>"))
    assert second.status == 200
    assert second.body != request(address, USAGE + "&limit=1&format=csv").body


def test_jobs_come_in_pages_that_do_not_overlap(address: str, cube: Cube) -> None:
    way = f"/api/v1/jobs?of=attempts&pool={REAL}&limit=3"
    first = told(request(address, way))
    second = told(request(address, f"{way}&cursor={first['next']}"))
    both = [(row["job"], row["run"]) for row in first["rows"] + second["rows"]]
    assert len(set(both)) == len(both) == 6


def test_an_answer_that_is_had_already_is_not_sent_again(address: str) -> None:
    tag = request(address, USAGE).headers["etag"]
    again = request(address, USAGE, If_None_Match=f'W/"other", {tag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert request(address, USAGE + "&booking=ended").headers["etag"] != tag
    assert request(address, USAGE + "&format=csv", If_None_Match=tag).status == 200


def test_a_cursor_of_a_cube_before_is_gone(address: str) -> None:
    answer = request(address, f"{USAGE}&cursor={cursor('a cube before', 2)}")
    assert (answer.status, answer.headers["content-type"]) == (410, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"/api/v1/usage?by=site&metrics=cpu_hh&where=pool={REAL}", 400, "Did you mean 'cpu_h'?"),
        ("/api/v1/usage?where=pool", 400, "has no '='"),
        (f"/api/v1/usage?where=pool={REAL}&from=2026-11-02&to=2026-11-01", 400, "is after"),
        (f"/api/v1/usage?where=pool={REAL}&cursor=%00", 400, "no cursor"),
        (f"/api/v1/usage?where=pool={REAL}&zone=Europe/Atlantis", 400, "Atlantis"),
        ("/api/v1/queue?pool=nowhere", 400, "no pool 'nowhere'"),
        ("/api/v1/jobs?where=wasted_h~3", 400, "no number"),
        ("/api/v1/receipts/1234567.0", 404, "no job"),
        ("/api/v1/usage?form=csv", 422, "form"),
        ("/api/v1/usage?from=1700000000", 422, "2026-11-01"),
        ("/api/v1/usage?limit=0", 422, "limit"),
        ("/api/v1/losses/sorrow", 422, "what"),
        ("/api/v1/nothing", 404, "no such resource"),
        ("/api/v2/usage", 404, "no such resource"),
        ("/api/v1/receipts/a%0Ab", 404, "no such resource"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_that_says_why(address: str, path: str, status: int, said: str) -> None:
    answer = request(address, path)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    found = json.loads(answer.body)
    assert found["status"] == status
    assert said in found["title"] + found.get("detail", "")


def test_no_form_that_is_accepted_is_a_problem(address: str) -> None:
    assert request(address, USAGE, Accept="image/png").status == 406


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_resources_are_read_only(address: str, method: str) -> None:
    answer = request(address, "/api/v1/usage", method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET")


def test_a_receipt_is_of_the_job_that_was_asked_and_adds_up(address: str) -> None:
    (row, *_) = told(request(address, f"/api/v1/jobs?pool={REAL}&limit=1&sort=-cpu_h"))["rows"]
    found = told(request(address, f"/api/v1/receipts/{quote(row['job'], safe='')}"))
    assert found["name"] == row["job"]
    charged = sum(charge["mcore_s"] for run in found["runs"] for charge in run["charges"])
    residual = found["residual"]["charges"] if found["residual"] else []
    assert charged + sum(charge["mcore_s"] for charge in residual) == found["totals"]["used_mcore_s"]
    assert all("raw" not in record for record in found["records"])
    raw = told(request(address, f"/api/v1/receipts/{quote(row['job'], safe='')}?raw=true"))
    assert all("ClusterId" in record["raw"] for record in raw["records"] if record["raw"])


def test_every_resource_answers_without_a_word_more(address: str) -> None:
    document = told(request(address, "/api/openapi.json"))
    paths = [path for path in document["paths"] if "{" not in path]
    assert len(paths) > 15
    for path in paths:
        answer = request(address, path)
        assert answer.status in (200, 400), (path, answer.body)
        if answer.status == 400:  # it wants a pool with a queue, or with usage
            assert json.loads(answer.body)["title"]
