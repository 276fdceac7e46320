"""A lake for tests of the pages, written as rows: two pools, a real one and a simulated one, and hostile names.

The numbers are made by a seeded generator, go through the real lake, models, checks and cube, and are read back
through the cube: tests compare what a page shows with `Cube.usage`.
"""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.closing.closing import Reason, close
from pipeline.closing.month import Month
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import JOB, SOURCE_FILE
from pipeline.settings import Settings
from tests.pipeline.ledger_rows import job, rows, source_file

FIRST_DAY = 1_787_961_600  # 2026-08-29 00:00:00 UTC
DAYS = 84
END = FIRST_DAY + DAYS * 86_400
SITES = ("Purdue", "UCSD", "Nebraska", "Wisconsin", "Chicago", "Syracuse", "Colorado", None)
FIELDS = (
    "Astro",
    "Bio",
    "Chem",
    "Climate",
    "Genomics",
    "HEP",
    "Imaging",
    "Materials",
    "Neuro",
    "Ocean",
    "Plasma",
    "Seismo",
)
MARKUP = "<img src=x onerror=alert(1)>"
LINK = "<a href='javascript:alert(1)'>free hours</a>"
FORMULA = "=cmd|' /C calc'!A0"
RIGHT_TO_LEFT = "abc\u202egnp.exe"
ARABIC = "مشروع الفلك"
TEMPLATE = "%{y} {{7*7}} $x^2$ ${1+1}"
LONG = "L" + "o" * (1024 * 1024) + "ng"
HOSTILE = (MARKUP, LINK, FORMULA, RIGHT_TO_LEFT, ARABIC, TEMPLATE, LONG, "line\nbreak\tand tab", "   ", "unmapped ")
OCTOBER = Month(2026, 10)
"""The month that is closed when the lake is made."""
REAL, SIMULATED, HOSTILE_POOL = "campus", "prairie (simulated)", "hostile"


def make(root: Path) -> Path:
    """Build the lake, publish its cube, close October; the root is returned."""
    lake = Lake(root)
    lake.create()
    chance = random.Random(7)
    made = [
        *_jobs(chance, REAL, "ap1.campus.test", 60, 900),
        *_jobs(chance, SIMULATED, "ap1.prairie.simulated", DAYS, 2200),
        *_hostile(),
    ]
    lake.writer(JOB).append(rows(JOB, *made), {})
    read = [source_file(pool, f"ap1.{pool}", last_utc=END, read_utc=END) for pool in (REAL, SIMULATED, HOSTILE_POOL)]
    lake.writer(SOURCE_FILE).append(rows(SOURCE_FILE, *read), {})
    settings = Settings(lake=root)
    publish(lake, settings, lambda step: None)
    close(lake, settings, OCTOBER, Reason(f"report {MARKUP}{RIGHT_TO_LEFT}", even_so=True), datetime.now(UTC))
    return root


def one_more(root: Path, project: str, **more: Any) -> None:
    """Add a job of that project to the real pool, on its last day, and publish again."""
    lake = Lake(root)
    start = END - 7_200
    added = job(REAL, "ap1.campus.test", 999_999, start, start + 3600, project=project, cpus_milli=4_000_000, **more)
    table = rows(JOB, added)
    table = table.set_column(table.schema.get_field_index("record_id"), "record_id", [[10_000_000]])
    lake.writer(JOB).append(table, {})
    publish(lake, Settings(lake=root), lambda step: None)


def _jobs(chance: random.Random, pool: str, ap: str, days: int, count: int) -> list[dict[str, Any]]:
    weights = [1 / (place + 1.3) for place in range(len(FIELDS))]
    made = []
    for number in range(count):
        field = chance.choices(FIELDS, weights)[0]
        day = chance.randrange(days)
        weekday_load = 0.4 if (day % 7) > 4 else 1.0
        if chance.random() > weekday_load:
            day = max(0, day - 3)
        start = END - (day + 1) * 86_400 + chance.randrange(80_000)
        wall = min(int(chance.lognormvariate(9.2, 0.9)), END - start)
        cores = chance.choice((1, 1, 2, 4, 8, 16))
        is_gpu = field in ("Imaging", "Neuro", "Astro") and chance.random() < 0.6
        used = None if chance.random() < 0.06 else int(wall * cores * chance.uniform(0.4, 0.98) * 1e6)
        made.append(
            job(
                pool,
                ap,
                number + 1,
                start,
                start + wall,
                record_type="JOB",
                project=None if chance.random() < 0.04 else f"{pool[:2].upper()}_{field}{chance.randrange(2)}",
                user=f"{field.lower()}{chance.randrange(4)}@{pool.split()[0]}.test",
                site=chance.choice(SITES),
                cpus_milli=cores * 1000,
                gpus=1 if is_gpu else 0,
                cpu_user_us=used,
                cpu_sys_us=None if used is None else 0,
            )
        )
    return made


def _hostile() -> list[dict[str, Any]]:
    start = FIRST_DAY + (DAYS - 1) * 86_400
    return [
        job(
            HOSTILE_POOL,
            "ap1.hostile.test",
            number + 1,
            start + number * 60,
            start + number * 60 + 7200 * (len(HOSTILE) - number),
            record_type="JOB",
            project=name,
            user=name,
            site=name,
        )
        for number, name in enumerate(HOSTILE)
    ]
