"""The made lake with what people state about its names: pledges, grants, downtimes; and with slots and a pilot.

Purdue pledged 9,200 core hours for October and November; the real pool's projects have fields, and CA_Bio0 a grant.
Titles that strangers write are hostile.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipeline.lake import Lake
from pipeline.metadata.entry import Entry
from pipeline.metadata.store import Origin, day_number, put
from pipeline.publish import publish
from pipeline.schema import JOB, SLOT_AD, Table
from pipeline.settings import Settings
from tests.dashboard import made_lake
from tests.dashboard.made_lake import END, MARKUP, REAL, RIGHT_TO_LEFT
from tests.pipeline.ledger_rows import job, rows

SITE, PROJECT, IDLE_SITE = "Purdue", "CA_Bio0", "Newcomer"
PLEDGED_H, GRANTED_H = 9_150, 6_000
SEEN = END - 2 * 86_400 + 36_000
"""The first picture of the pool: 10 o'clock on its last day but one."""
PICTURES, STEP_S = 6, 600


def make(root: Path) -> Path:
    """Build the lake and publish its cube; the root is returned."""
    made_lake.make(root)
    lake = Lake(root)
    put(lake, _statements(), Origin("own.toml", "file", None), datetime.now(UTC))
    _append(lake, SLOT_AD, *_slots())
    _append(lake, JOB, *_pilot())
    publish(lake, Settings(lake=root), lambda step: None)
    return root


def _append(lake: Lake, table: Table, *given: dict[str, Any]) -> None:
    made = rows(table, *given)
    place = made.schema.get_field_index("record_id")
    lake.writer(table).append(made.set_column(place, "record_id", [[10**8 + one for one in range(len(given))]]), {})


def _statements() -> list[Entry]:
    october, november = day_number(date(2026, 10, 1)), day_number(date(2026, 11, 30))
    known: dict[str, Any] = {"pool": REAL}
    hostile = f"{MARKUP}{RIGHT_TO_LEFT}"
    return [
        Entry(kind="site", name=SITE, facility=f"Campus {MARKUP}", institution_id="uni", **known),
        Entry(kind="institution", name="uni", title="University of Tests"),
        Entry(kind="field", name="f1", title="Biology of <b>tests</b>"),
        Entry(kind="project", name=PROJECT, pi=f"Ada {hostile}", institution_id="uni", field_id="f1", **known),
        Entry(
            kind="pledge",
            of_kind="site",
            name=SITE,
            core_s=PLEDGED_H * 3600,
            title=hostile,
            valid_from=october,
            valid_to=november,
            **known,
        ),
        Entry(
            kind="pledge", of_kind="site", name=IDLE_SITE, core_s=3600, valid_from=october, valid_to=november, **known
        ),
        Entry(
            kind="allocation",
            name=f"A-1 {MARKUP}",
            target=PROJECT,
            core_s=GRANTED_H * 3600,
            title=hostile,
            valid_from=october,
            valid_to=november + 60,
            **known,
        ),
        Entry(kind="award", name="1234567", target=PROJECT, title=hostile, **known),
        Entry(
            kind="downtime",
            name="d1",
            target=SITE,
            from_utc=END - 10 * 86_400,
            to_utc=END - 9 * 86_400,
            severity=f"Outage {MARKUP}",
            is_planned=False,
            title=hostile,
            **known,
        ),
        Entry(
            kind="downtime",
            name="d2",
            target=SITE,
            from_utc=END + 20 * 365 * 86_400,
            to_utc=END + 20 * 365 * 86_400 + 7200,
            severity="Severe",
            is_planned=True,
            title="New roof",
            **known,
        ),
    ]


def _slots() -> list[dict[str, Any]]:
    """One slot of 64 cores at the site, 16 of them free, in each picture."""
    one = {
        "pool": REAL,
        "name": "slot1@glidein_1@node1.test",
        "machine": "node1.test",
        "is_partitionable": True,
        "slot_type": "Partitionable",
        "state": "Unclaimed",
        "cpus_milli": 16_000,
        "total_cpus_milli": 64_000,
        "site": SITE,
        "resource": f"{SITE}-CE1",
        "gatekeeper": "ce.purdue.test ce.purdue.test:9619",
    }
    moments = [SEEN + number * STEP_S for number in range(PICTURES)]
    return [one | {"seen_utc": moment, "read_utc": moment} for moment in moments]


def _pilot() -> list[dict[str, Any]]:
    """A CE's job of 64 cores over 10 hours, and the copy that its batch system ran."""
    size = {"site": None, "project": None, "user": "pilot@ce", "cpus_milli": 64_000, "cpu_user_us": None}
    begin = END - 3 * 86_400
    end = begin + 36_000
    return [
        job(REAL, "ce.purdue.test", 100, begin, end, **size, at_ce=True, routed_to="101.0"),
        job(REAL, "ce.purdue.test", 101, begin, end, **size, routed_from="100.0"),
    ]
