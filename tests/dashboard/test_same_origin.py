"""Only this server's own pages may do more than read: what other sites' pages make a browser send is refused."""

import json

import pytest

from tests.dashboard.http_client import request

CALLBACK = "/_dash-update-component"
BODY = json.dumps({"output": "x.y", "inputs": []}).encode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site", "Origin": "http://localhost"},
    ],
)
def test_what_another_site_s_page_sends_is_refused(address: str, headers: dict[str, str]) -> None:
    answer = request(address, CALLBACK, "POST", BODY, Content_Type="text/plain", **headers)
    assert answer.status == 403
    assert request(address, "/api/v1/anything", "DELETE", None, **headers).status == 403


def test_own_pages_and_programs_are_answered(address: str) -> None:
    own: list[dict[str, str]] = [{"Origin": address, "Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}, {}]
    for headers in own:
        assert request(address, CALLBACK, "POST", BODY, Content_Type="application/json", **headers).status != 403


def test_reading_is_not_refused_to_who_followed_a_link(address: str) -> None:
    assert request(address, "/healthz", Sec_Fetch_Site="cross-site").status == 200
