"""APEL's messages: as APEL's own tests have them, and no name of a stranger ends a record."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.exports.apel import HEADERS, Version, jobs
from pipeline.exports.apel_models import JobMessage, NormalisedMessage, SummaryMessage
from pipeline.exports.apel_summary import summaries
from pipeline.exports.asked import Window
from pipeline.exports.names import Names
from pipeline.exports.record import Record
from pipeline.exports.summed import Group
from tests.pipeline.exports.made import HOSTILE, NAMES, NOVEMBER_1, RUN
from tests.pipeline.ledger_rows import MIDNIGHT

MONTH = Window(NOVEMBER_1, NOVEMBER_1.replace(day=30), MIDNIGHT, MIDNIGHT + 30 * 86_400)
GROUP = Group(
    pool="pool",
    ap="ap1.pool.test",
    project="A",
    site="Alpha",
    resource="Alpha-CE1",
    user="alice@pool.test",
    cores_milli=2000,
    gpus=0,
    wall_s=900,
    mcore_s=1_800_000,
    gpu_s=0,
    cpu_used_us=700_500_000,
    runs=2,
    unmeasured=1,
    first_end_utc=MIDNIGHT + 300,
    last_end_utc=MIDNIGHT + 800,
)


def told(record: Record | None) -> dict[str, str]:
    assert record is not None
    return dict(line.split(": ", 1) for line in record.body.decode().splitlines())


def summary(version: Version, *groups: Group, normalised: bool = True, names: Names = NAMES) -> list[Record]:
    return summaries(names, version, "UTC", normalised=normalised).made(MONTH, groups)


def test_a_run_is_told_as_apel_has_it() -> None:
    assert told(jobs(NAMES, "0.4").made(RUN)) == {
        "Site": "Alpha",
        "SubmitHost": "ap1.pool.test",
        "MachineName": "ap1.pool.test",
        "Queue": "Alpha-CE1",
        "LocalJobId": "ap1.pool.test#2.0#1793492140#1",
        "LocalUserId": "alice",
        "GlobalUserName": "alice@pool.test",
        "VO": "glow",
        "WallDuration": "600",
        "CpuDuration": "700",
        "Processors": "2",
        "NodeCount": "1",
        "StartTime": str(MIDNIGHT),
        "EndTime": str(MIDNIGHT + 600),
        "InfrastructureDescription": "HTCondor",
        "InfrastructureType": "grid",
        "MemoryReal": "1024000",
        "ServiceLevel": "{HEPscore23: 15.3}",
    }
    older = told(jobs(NAMES, "0.3").made(RUN))
    assert (older["ServiceLevelType"], older["ServiceLevel"]) == ("HEPscore23", "15.3")


def test_normalised_hours_are_hours_times_the_benchmark() -> None:
    (record,) = summary("0.4", GROUP)
    found = told(record)
    # 900 s x 15.3, and 700.5 s of CPU, as 701, x 15.3 = 10,725.3
    assert found["NormalisedWallDuration"] == "{HEPscore23: 13770}"
    assert found["NormalisedCpuDuration"] == "{HEPscore23: 10725}"
    assert (found["Month"], found["Year"], found["NumberOfJobs"], found["Processors"]) == ("11", "2026", "2", "2")
    assert (found["EarliestEndTime"], found["LatestEndTime"]) == (str(MIDNIGHT + 300), str(MIDNIGHT + 800))
    assert record.unmeasured == 1
    assert told(summary("0.3", GROUP)[0])["NormalisedWallDuration"] == "13770"


def test_groups_that_apel_does_not_tell_apart_are_one_record() -> None:
    other = replace(GROUP, resource="Alpha-CE2", cores_milli=1500, wall_s=100, runs=1, cpu_used_us=None)
    (record,) = summary("0.4", GROUP, other, normalised=False)
    assert (told(record)["WallDuration"], told(record)["NumberOfJobs"]) == ("1000", "3")
    assert told(record)["ServiceLevel"] == "{HEPscore23: 15.3}"
    assert record.wall_s == 1000


def test_a_summary_is_withdrawn_with_zeros_under_its_own_id() -> None:
    form = summaries(NAMES, "0.4", "UTC", normalised=True)
    (record,) = form.made(MONTH, [GROUP])
    gone = form.withdrawn("pool", record.subject, MIDNIGHT)
    assert gone.id == record.id
    assert (told(gone)["WallDuration"], told(gone)["NumberOfJobs"]) == ("0", "0")
    assert told(gone)["NormalisedWallDuration"] == "{HEPscore23: 0}"


@pytest.mark.parametrize("normalised", [True, False])
def test_a_new_benchmark_replaces_a_normalised_summary_and_is_another_plain_one(normalised: bool) -> None:
    other = Names.model_validate({"vos": {"A": "glow"}, "apel": {"benchmarks": {"HEPscore23": 20}}})
    (old,), (new,) = (summary("0.4", GROUP, normalised=normalised, names=names) for names in (NAMES, other))
    assert (old.id == new.id) is normalised
    assert old.body != new.body


def test_a_site_without_a_benchmark_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(SettingsError, match="no benchmark is known of site 'Alpha'") as raised:
        jobs(Names(), "0.4").made(RUN)
    assert '[apel.sites."Alpha"]' in raised.value.hint


def test_version_3_tells_one_benchmark() -> None:
    both = Names.model_validate({"apel": {"benchmarks": {"hepspec": 11.4, "HEPscore23": 15.3}}})
    assert told(jobs(both, "0.4").made(RUN))["ServiceLevel"] == "{hepspec: 11.4, HEPscore23: 15.3}"
    with pytest.raises(SettingsError, match=r"0\.3 tells one benchmark"):
        jobs(both, "0.3").made(RUN)


@pytest.mark.parametrize("name", ["user", "site", "resource", "ap", "global_job_id"])
def test_no_name_ends_a_record_or_makes_a_line(name: str) -> None:
    form = jobs(NAMES, "0.4")
    plain, hostile = form.made(RUN), form.made(replace(RUN, **{name: HOSTILE}))  # type: ignore[arg-type]
    assert plain is not None
    assert hostile is not None
    message = form.layout.content([plain.body, hostile.body, plain.body]).decode()
    assert [len(part.strip().splitlines()) for part in message.split("%%")] == [19, 18, 18, 0]


def test_a_message_is_where_a_directory_queue_looks() -> None:
    layout = jobs(NAMES, "0.4").layout
    assert layout.content([b"a\n", b"b\n"]) == b"APEL-individual-job-message: v0.4\na\n%%\nb\n%%\n"
    assert layout.place("0123456789abcdef01", MIDNIGHT + 599) == f"{MIDNIGHT:08x}/0123456789abcd"
    assert re.fullmatch(r"[0-9a-f]{8}/[0-9a-f]{14}", layout.place("0123456789abcdef01", MIDNIGHT))


def test_what_is_sent_has_the_fields_of_apels_own_messages(shared_data: Path) -> None:
    fields: dict[str, set[str]] = {}
    for path in (shared_data / "apel" / "messages").glob("*.txt"):
        header, _, rest = path.read_text("utf-8").partition("\n")
        kind = header.split(":")[0]
        if "normalised" in header or "Normalised" in rest:
            kind = "normalised"
        fields.setdefault(kind, set()).update(re.findall(r"^\s*(\w+):", rest, re.MULTILINE))
    for model, kind in (
        (JobMessage, "APEL-individual-job-message"),
        (SummaryMessage, "APEL-summary-job-message"),
        (NormalisedMessage, "normalised"),
    ):
        known = {field.alias for field in model.model_fields.values()}
        # samples spell ServiceLevelType or ServiceLevel by their version
        assert fields[kind] - {"FQAN"} <= known, kind
    headers = {path.read_text("utf-8").partition("\n")[0].strip() for path in (shared_data / "apel").glob("messages/*")}
    assert {HEADERS["apel-jobs", "0.4"], HEADERS["apel-normalised", "0.4"], HEADERS["apel-summary", "0.4"]} <= headers
    assert {HEADERS["apel-normalised", "0.3"], HEADERS["apel-summary", "0.3"]} <= headers


def test_what_is_not_known_has_no_line() -> None:
    less = replace(RUN, cores_milli=None, memory_used_mib=None, cpu_used_us=None, project="B")
    record = jobs(NAMES, "0.4").made(less)
    assert record is not None
    assert {"Processors", "MemoryReal", "VO"}.isdisjoint(told(record))
    assert (told(record)["CpuDuration"], record.unmeasured) == ("0", 1)


def test_a_part_of_a_core_counts_as_one() -> None:
    assert told(jobs(NAMES, "0.4").made(replace(RUN, cores_milli=100)))["Processors"] == "1"
    assert told(jobs(NAMES, "0.4").made(replace(RUN, cores_milli=2001)))["Processors"] == "3"


def test_lines_are_in_apels_order() -> None:
    record = jobs(NAMES, "0.4").made(RUN)
    assert record is not None
    order = [field.alias for field in JobMessage.model_fields.values()]
    keys = list(told(record))
    assert keys == [key for key in order if key in keys]
