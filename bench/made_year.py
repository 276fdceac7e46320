"""A year of a pool, straight in the lake, with registered names: 50 projects, 4,000 users, 90 sites of two CEs."""

import duckdb

from collectors.simulate.plan import Plan
from collectors.simulate.straight import in_columns, write_straight
from pipeline.lake import Lake
from pipeline.schema import METADATA

DAYS = 365
PROJECTS, SITES = 50, 90

_NAMES = f"""
    SELECT 'project' AS kind, concat('Project', i) AS name, concat('https://ror.org/', i % 30) AS institution_id,
        concat(i % 20, '.0101') AS field_id, 'made' AS field_name FROM range({PROJECTS}) AS r(i)
    UNION ALL BY NAME
    SELECT 'institution', concat('https://ror.org/', i), concat('Institution ', i) AS title FROM range(30) AS r(i)
    UNION ALL BY NAME
    SELECT 'site' AS kind, concat('Site', i) AS name, concat('Facility', i // 2) AS facility FROM range({SITES}) AS r(i)
    UNION ALL BY NAME
    SELECT 'resource' AS kind, concat('CE', i, letter) AS name, concat('Site', i) AS site
    FROM range({SITES}) AS r(i), (VALUES ('a'), ('b')) AS l(letter)
    UNION ALL BY NAME
    SELECT 'facility' AS kind, concat('Facility', i) AS name, concat('https://ror.org/', i % 30) AS institution_id
    FROM range({SITES} // 2) AS r(i)
"""


def year(jobs: int) -> Plan:
    """So many jobs in a year."""
    return Plan(days=DAYS, jobs=jobs, projects=PROJECTS, sites=SITES, access_points=15, label="year")


def write_year(lake: Lake, jobs: int) -> None:
    """Make the lake: final ads of so many jobs, records of their runs, and what is registered of their names."""
    write_straight(year(jobs), lake)
    with duckdb.connect() as con:
        named = con.sql(
            f"SELECT *, 'topology' AS source, 'topology' AS basis, row_number() OVER () AS record_id FROM ({_NAMES})"
        ).to_arrow_table()
    lake.writer(METADATA).append(in_columns(METADATA, named), {"made": 1})
