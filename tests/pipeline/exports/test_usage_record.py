"""Usage records in XML and JSON: as Gratia's and GRACC's own samples, and no name of a stranger opens an element."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from lxml import etree

from pipeline.errors import CheckFailed
from pipeline.exports.names import Names
from pipeline.exports.usage_record import Form, usage_record, usage_records
from pipeline.exports.usage_xml import element, schema
from tests.pipeline.exports.made import HOSTILE, NAMES, RUN

UR = "{http://www.gridforum.org/2003/ur-wg}"
ALL_OF_ONE_VO = Names(vo="glow")
COLLECTOR, TOOLS = "opensciencegrid__gracc-collector", "opensciencegrid__gracc-tools"


def body(form: Form, **more: Any) -> bytes:
    record = usage_records(ALL_OF_ONE_VO, form).made(replace(RUN, **more))
    assert record is not None
    return record.body


def parsed(**more: Any) -> ElementTree.Element:
    return ElementTree.fromstring(body("xml", **more))


def test_the_xml_tells_the_run() -> None:
    root = parsed()
    assert root.tag == f"{UR}JobUsageRecord"
    identity = root.find(f"{UR}RecordIdentity")
    assert identity is not None
    assert identity.attrib == {f"{UR}recordId": RUN.id, f"{UR}createTime": "2026-11-01T00:10:00Z"}
    texts = {found.tag.removeprefix(UR): found.text for found in root.iter() if found.text}
    assert texts["WallDuration"] == "PT600S"
    assert [found.text for found in root.findall(f"{UR}CpuDuration")] == ["PT700.25S", "PT0S"]
    assert (texts["StartTime"], texts["EndTime"]) == ("2026-11-01T00:00:00Z", "2026-11-01T00:10:00Z")
    assert (texts["Processors"], texts["GPUs"], texts["Njobs"], texts["Status"]) == ("2", "1", "1", "0")
    assert (texts["VOName"], texts["SiteName"], texts["ProjectName"]) == ("glow", "Alpha", "A")
    assert texts["GlobalJobId"] == "condor.ap1.pool.test#2.0#1793492140"


def test_the_json_is_what_gracc_makes_of_the_xml() -> None:
    told = json.loads(body("json"))
    assert told["type"] == "JobUsageRecord"
    assert (told["RecordId"], told["EndTime"]) == (RUN.id, "2026-11-01T00:10:00Z")
    assert (told["WallDuration"], told["CpuDuration"], told["CpuDuration_user"]) == (600, 700.25, 700.25)
    assert (told["Processors"], told["Njobs"], told["ResourceType"]) == ("2", "1", "Batch")


def test_time_that_nobody_measured_is_left_out() -> None:
    assert parsed(cpu_used_us=None).find(f"{UR}CpuDuration") is None
    assert "CpuDuration" not in json.loads(body("json", cpu_used_us=None))


def test_a_residual_is_no_job() -> None:
    assert json.loads(body("json", kind="residual", run_instance=None))["Njobs"] == "0"


@pytest.mark.parametrize("name", ["user", "project", "site", "ap", "machine", "global_job_id"])
def test_no_name_opens_or_closes_anything(name: str) -> None:
    assert [found.tag for found in parsed(**{name: HOSTILE}).iter()] == [found.tag for found in parsed().iter()]
    assert body("json", **{name: HOSTILE}).count(b"\n") == 1
    layout = usage_records(NAMES, "xml").layout
    envelope = ElementTree.fromstring(layout.content([body("xml", **{name: HOSTILE}), body("xml")]))
    assert [found.tag for found in envelope] == [f"{UR}JobUsageRecord"] * 2


def test_equal_runs_give_equal_bytes() -> None:
    assert body("xml") == body("xml")
    assert body("json") == body("json")


def test_a_record_that_breaks_the_schema_is_not_handed_over() -> None:
    record = usage_record(NAMES, RUN).model_copy(update={"njobs": "many"})
    with pytest.raises(CheckFailed, match="is no usage record"):
        element(record)


def test_the_schema_takes_the_samples_of_graccs_collector(shared_data: Path) -> None:
    samples = sorted((shared_data / "gracc" / COLLECTOR).glob("*JobUsageRecord0*.xml"))
    taken = {}
    for path in samples:
        record = etree.fromstring(path.read_bytes())
        if record.nsmap.get(None) == "http://www.gridforum.org/2003/ur-wg":
            taken[path.name] = schema().validate(record)
    assert len(taken) >= 4
    assert all(taken.values()), taken


def test_the_json_has_keys_and_types_of_graccs_own_documents(shared_data: Path) -> None:
    known: dict[str, set[type]] = {}
    for path in (shared_data / "gracc" / COLLECTOR).glob("*JobUsageRecord0*.json"):
        for key, value in json.loads(path.read_text("utf-8")).items():
            known.setdefault(key, set()).add(float if isinstance(value, int | float) else type(value))
    template = shared_data / "gracc" / TOOLS / "gracc-terraform~resources~gracc-summary-jobs-template.json"
    mapped = set(json.loads(template.read_text("utf-8"))["template"]["mappings"]["properties"])
    own = {"Resource_Outcome", "Resource_CoresMilli"}
    for key, value in json.loads(body("json")).items():
        assert key in known or key in mapped or key in own, key
        if key in known:
            assert (float if isinstance(value, int | float) else type(value)) in known[key], key
