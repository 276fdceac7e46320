"""Status for programs: one JSON object with all of it, times in ISO 8601."""

import json

from pipeline.status.as_json import as_json
from pipeline.status.gather import Status


def test_programs_get_all_of_it(status: Status) -> None:
    said = json.loads(as_json(status))
    (source,) = said["sources"]
    assert source["error"] == "schedd ap1: history refused (not authorised)"
    assert source["ok_utc"] == "2026-11-21T10:00:00+00:00"
    assert {pool["name"]: pool["state"] for pool in said["pools"]} == {"polled": "partial", "pool": "partial"}
    assert said["pools"][0]["evidence"]["Jobs that left the queue without a final ad"] == "1"
    assert said["pools"][0]["proven_utc"] == "2026-11-01T06:56:40+00:00"
    assert said["pools"][1]["proven_utc"] is None
    assert said["not_complete"][0]["first_day"] == "2026-11-01"
    assert said["missing_jobs"][0]["first_cluster"] == 2
    assert said["rejects"][0]["rule"] == "cpus-bound"
    assert said["lake"]["state"] == "writable"
    assert said["published"]["tables_not_published"] == []
    assert said["settings"]["zone"] == "UTC"
