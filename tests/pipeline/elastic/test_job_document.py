"""A job's document: what the lake has of its ad, under HTCondor's names, in its units, read back as it was."""

import json
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from collectors.classads.json_ads import parse_json
from collectors.classads.values import Reading
from pipeline.elastic.job_document import JobDocument, attribute, documents, mapping
from pipeline.elastic.told import LEDGER
from pipeline.errors import LakeError
from pipeline.schema import JOB

ENDED = 1_793_491_260


def made(**ad: Any) -> JobDocument:
    """The document of one job with those columns."""
    (document,) = documents(rows(ad))
    return document


def rows(ad: dict[str, Any], **ledger: Any) -> pa.RecordBatch:
    told = {"pool": "pool", "day": date(2026, 11, 1), "cpu_h": 0.5} | ledger
    values = {"id": "1", "end_utc": ENDED, "ad_record_id": 1, **{name: told.get(name) for name in LEDGER}}
    columns = {column.name: pa.array([ad.get(column.name)], column.arrow.type) for column in JOB.from_ads}
    arrays = {name: pa.array([value]) for name, value in values.items()} | {f"ad_{n}": c for n, c in columns.items()}
    return pa.RecordBatch.from_pydict(arrays)


@pytest.mark.parametrize(
    ("column", "stored", "name", "written"),
    [
        pytest.param("wall_s", 1800, "RemoteWallClockTime", 1800, id="seconds"),
        pytest.param("cpus_milli", 2000, "CpusProvisioned", 2, id="whole cores"),
        pytest.param("cpus_milli", 1500, "CpusProvisioned", 1.5, id="parts of cores"),
        pytest.param("cpu_user_us", 12_345_678, "RemoteUserCpu", 12.345678, id="microseconds"),
        pytest.param("exit_by_signal", False, "ExitBySignal", False, id="flag"),
        pytest.param("project", 'a"; JobStatus = 3', "ProjectName", 'a"; JobStatus = 3', id="text"),
        pytest.param("machine", "héllo\\101", "MachineAttrMachine0", "h\\303\\251llo\\134101", id="startd's text"),
    ],
)
def test_a_value_is_written_as_its_ad_had_it_and_read_back_as_it_was(
    column: str, stored: Any, name: str, written: Any
) -> None:
    body = made(**{column: stored}).body
    assert json.loads(body)[name] == written
    position = JOB.position[column]
    assert Reading(JOB).read(parse_json(body))[position] == stored


def test_what_is_not_known_is_in_no_field() -> None:
    assert set(json.loads(made(wall_s=1).body)) == {"@timestamp", "RecordTime", "RemoteWallClockTime", "ledger"}


def test_the_end_is_the_time_of_the_stream_in_milliseconds() -> None:
    body = json.loads(made().body)
    assert (body["@timestamp"], body["RecordTime"]) == (ENDED * 1000, ENDED)


def test_equal_jobs_have_equal_digests_and_the_document_says_its_own() -> None:
    one, same, other = made(wall_s=1), made(wall_s=1), made(wall_s=2)
    assert one.digest == same.digest != other.digest
    assert json.loads(one.body)["ledger"]["digest"] == one.digest


def test_every_field_that_is_written_is_in_the_mapping() -> None:
    values: dict[str, Any] = {"text": "x", "flag": True, "int": 1, "instant": 1}
    (document,) = documents(rows({column.name: values[column.type] for column in JOB.from_ads}, attempts=1))
    body, fields = json.loads(document.body), mapping()
    assert set(body) == set(fields)
    assert set(body["ledger"]) <= set(fields["ledger"]["properties"])


def test_no_two_columns_are_written_under_one_name() -> None:
    assert len({attribute(column).lower() for column in JOB.from_ads}) == len(JOB.from_ads)


def test_a_job_whose_ad_is_gone_is_an_error_and_no_document_without_it() -> None:
    batch = rows({"wall_s": 1})
    gone = batch.set_column(batch.schema.get_field_index("ad_record_id"), "ad_record_id", pa.array([None], pa.int64()))
    with pytest.raises(LakeError, match="has not every ad"):
        list(documents(gone))
