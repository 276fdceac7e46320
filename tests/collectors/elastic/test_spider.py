"""What CMS' spider changed of an ad is undone; what it derived is not read; no other document is touched."""

import json
from pathlib import Path
from typing import Any

from collectors.bounds import Limits
from collectors.classads.json_ads import parse_json
from collectors.elastic.spider import as_ad
from collectors.rows import Origin, RowMaker
from pipeline.schema import JOB


def of_spider(**more: Any) -> dict[str, Any]:
    return {"GlobalJobId": "ap#1.0#1547528922", "CoreHr": 1.2, "JobFailed": 0} | more


def test_the_exit_code_is_the_ad_s_own() -> None:
    assert as_ad(of_spider(ExitCode=8021, CondorExitCode=1))["ExitCode"] == 1


def test_an_exit_code_that_the_ad_did_not_have_is_not_made_up() -> None:
    assert "ExitCode" not in as_ad(of_spider(ExitCode=0))


def test_dates_in_milliseconds_become_seconds_and_seconds_stay() -> None:
    ad = as_ad(of_spider(QDate=1547528922000, LastVacateTime=1547542366))
    assert (ad["QDate"], ad["LastVacateTime"]) == (1547528922, 1547542366)


def test_a_name_that_was_cut_is_whole_again_unless_the_ad_says_it_too() -> None:
    assert as_ad(of_spider(GLIDEIN_Site="UCSD"))["MATCH_EXP_JOB_GLIDEIN_Site"] == "UCSD"
    both = as_ad(of_spider(GLIDEIN_Site="UCSD", MATCH_EXP_JOB_GLIDEIN_Site="Nebraska"))
    assert both["MATCH_EXP_JOB_GLIDEIN_Site"] == "Nebraska"


def test_memory_that_was_asked_for_in_an_expression_is_its_value() -> None:
    assert as_ad(of_spider(RequestMemory_Eval=2500))["RequestMemory"] == 2500
    assert as_ad(of_spider(RequestMemory=2000, RequestMemory_Eval=2500))["RequestMemory"] == 2000


def test_a_wrapped_document_is_taken_out_of_its_wrapping() -> None:
    assert as_ad({"data": of_spider(QDate=1547528922000), "metadata": {}})["QDate"] == 1547528922


def test_a_document_of_another_stays_as_it_is() -> None:
    document = {"GlobalJobId": "ap#1.0#1", "ExitCode": 3, "QDate": 1547528922000, "data": "text", "GLIDEIN_Site": "X"}
    assert as_ad(document) is document


def test_a_published_document_of_cms_becomes_the_row_of_its_job(shared_data: Path) -> None:
    document = json.loads((shared_data / "jobads" / "dmwm__CMSMonitoring" / "schemas~JobMonitoring.json").read_text())
    origin = Origin("index", None, "cms", "pool", 1_550_000_000, frozenset)
    body = json.dumps(as_ad(document)).encode()
    found = RowMaker(Limits(1_550_000_000, 1024)).rows(parse_json(body), None, origin, 0)
    assert isinstance(found, list)
    (row,) = found
    told = {name: row.of(name) for name in ("pool", "ap", "site", "wall_s", "exit_code", "completion_utc", "cluster")}
    assert row.table is JOB
    assert told == {
        "pool": "cms",
        "ap": "crab3@vocms0120.cern.ch",
        "site": "UCSD",
        "wall_s": 4617,
        "exit_code": 0,
        "completion_utc": 1_547_546_983,
        "cluster": 31860877,
    }
