"""Tables of one's own: what a mapping makes of rows, and errors that name line and column."""

from decimal import Decimal
from pathlib import Path

import pytest

from collectors.imports.csv_rows import TableRow, read_table
from collectors.imports.mapping import Mapping, read_mapping
from collectors.imports.usage import Usage
from collectors.opening import opened
from pipeline.errors import SettingsError, SourceError

JOBS = """
key = ["id"]
time_zone = "Europe/Berlin"
delimiter = ";"
decimal = ","

[columns]
local_job_id = "id"
user = "who"
end = { column = "ended", format = "%d.%m.%Y %H:%M" }
wall = { column = "hours", unit = "h" }
cpu = { column = "cpu", unit = "hms" }
cores = "cores"
memory = { column = "mem", unit = "GiB" }

[constants]
site = "old"
gpus = 2
"""
HEAD = "id;who;ended;hours;cpu;cores;mem\n"


def values(*told: object) -> tuple[object, ...]:
    """Numbers to be compared, of whatever type they are."""
    return told


def mapping(folder: Path, text: str) -> Mapping:
    (folder / "map.toml").write_text(text, "utf-8")
    return read_mapping(folder / "map.toml")


def rows(folder: Path, text: str, table: str, refuses: str | None = None) -> list[TableRow]:
    (folder / "t.csv").write_text(table, "utf-8")
    with opened(folder / "t.csv") as file:
        return list(read_table(file, mapping(folder, text), lambda usage: refuses))


def wrong(folder: Path, text: str, table: str) -> str:
    with pytest.raises(SourceError) as error:
        rows(folder, text, table)
    return error.value.what.removeprefix(f"{folder}/t.csv")


def test_a_row_is_told_in_its_units_and_zone(tmp_path: Path) -> None:
    table = "\ufeff" + HEAD + '1;"a;b";01.11.2026 13:00;1,5;1-00:00:30;4;2\n'
    (row,) = rows(tmp_path, JOBS, table)
    told: Usage = row.usage
    assert (row.line, row.offset) == (2, len(HEAD) + 3)
    assert (told.user, told.site, told.local_job_id, told.names) == ("a;b", "old", "1", ("1",))
    assert told.end_utc == 1_793_534_400  # 13:00 in Berlin is 12:00 UTC
    assert values(told.wall, told.cpu, told.cores) == (5400, 86_430, 4)
    assert values(told.gpu, told.memory) == (10_800, Decimal("5400") * 2048)


def test_an_empty_cell_is_not_known(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, JOBS, HEAD + "1;;01.11.2026 13:00;1;;;\n")
    assert (row.usage.user, row.usage.cpu, row.usage.cores, row.usage.memory) == (None, None, None, None)


def test_errors_name_line_and_column(tmp_path: Path) -> None:
    table = HEAD + "1;a;01.11.2026 13:00;1;;;\n2;a;2026-11-01;1;;;\n3;a;01.11.2026 13:00;soon;;;\n"
    assert wrong(tmp_path, JOBS, table) == (
        ": line 3: column 'ended' is '2026-11-01': no time in the format %d.%m.%Y %H:%M; "
        "line 4: column 'hours' is 'soon': no number"
    )
    assert wrong(tmp_path, JOBS, HEAD + "1;2\n") == ", line 2: has 2 cells, not 7"
    assert "line 1: has no column 'mem'" in wrong(tmp_path, JOBS, HEAD.replace(";mem", ""))
    assert "line 1: has several columns 'id'" in wrong(tmp_path, JOBS, HEAD.replace("who", "id;who"))
    assert "cpu' is '1:2:3:4': no time" in wrong(tmp_path, JOBS, HEAD + "1;a;01.11.2026 13:00;1;1:2:3:4;;\n")


def test_a_row_that_breaks_a_bound_stops_the_table_before_its_first_row(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 2: too many cores"):
        rows(tmp_path, JOBS, HEAD + "1;a;01.11.2026 13:00;1;;;\n", refuses="too many cores")


def test_rows_that_would_replace_each_other_are_a_mistake(tmp_path: Path) -> None:
    row = ";a;01.11.2026 13:00;1;;;\n"
    assert "line 4: has the same key as line 2" in wrong(tmp_path, JOBS, HEAD + "1" + row + "2" + row + "1" + row)


MONTHS = """
period = "month"
time_zone = "America/Chicago"

[columns]
begin = { column = "month", format = "%Y-%m" }
jobs = "n"
wall = { column = "h", unit = "h" }
core_time = { column = "ch", unit = "h" }
"""


def test_a_period_is_the_whole_of_it_in_its_zone(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, MONTHS, "month,n,h,ch\n2026-11,9,10,40\n")
    # from midnight in daylight saving time to midnight in standard time
    assert (row.usage.begin_utc, row.usage.end_utc) == (1_793_491_200 + 5 * 3600, 1_796_083_200 + 6 * 3600)
    assert values(row.usage.jobs, row.usage.wall, row.usage.core, row.usage.is_summary) == (9, 36_000, 144_000, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns\n", "is not TOML"),
        ('[columns]\nwal = "x"\n', "columns.wal: is not known"),
        ('[columns]\nend = "x"\nwall = { column = "w", unit = "parsec" }\n', "columns.wall"),
        ('[columns]\nend = "x"\nwall = { column = "w", unit = "GiB" }\n', "unit 'GiB' is not possible here"),
        ('[columns]\nend = "x"\nwall = { column = "w", format = "%H" }\n', "a format is for times"),
        ('[columns]\nend = "x"\nwall = "w"\n[constants]\nwall = 1\n', "constants.wall"),
        ('time_zone = "Mars"\n[columns]\nend = "x"\nwall = "w"\n', "time_zone: 'Mars'"),
        ('period = "day"\n[columns]\nend = "x"\nwall = "w"\n', "period: rows of a day need"),
        ('[columns]\nwall = "w"\n', "one of `begin` and `end`"),
        ('[columns]\nend = "w"\n', "`wall` is needed"),
        ('colour = "red"\n[columns]\nend = "x"\nwall = "w"\n', "colour"),
    ],
)
def test_a_mapping_that_cannot_be_says_where(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        mapping(tmp_path, text)
    assert said in error.value.what
