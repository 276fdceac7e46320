"""The two sides of a comparison as schemas of one database: a closed version, and the live month or another version."""

from dataclasses import dataclass

import duckdb

from pipeline.closing.closed_cube import ClosedCube, mount_closed
from pipeline.closing.copying import LIVE, attach
from pipeline.closing.records import RECORD_SQL, RECORDS, REJECT_SQL, REJECTS, mapping_digest, mount_lake
from pipeline.cube import Cube
from pipeline.dimensions import MAPPINGS
from pipeline.lake import Lake

FACTS = ("charge", "charge_ended", *MAPPINGS)
REASONS = (RECORDS, REJECTS)


@dataclass(frozen=True)
class Side:
    """What of a side is compared besides its rows."""

    label: str
    zone: str
    rules: str
    mapping: str


def mount_version(con: duckdb.DuckDBPyConnection, schema: str, closed: ClosedCube) -> Side:
    """Views of a closed version's tables in that schema."""
    con.execute(f"CREATE SCHEMA {schema}")
    mount_closed(con, schema, closed.folder, closed.manifest, (*FACTS, *REASONS))
    said = closed.manifest
    return Side(f"version {said.version}", said.zone, said.rules, said.mapping)


def mount_live(con: duckdb.DuckDBPyConnection, schema: str, lake: Lake, cube: Cube) -> Side:
    """Views of the published cube's tables in that schema, and of the records of the lake that it was made of."""
    published = cube.published
    con.execute(f"CREATE SCHEMA {schema}")
    attach(con, lake.cubes / published.file)
    mount_lake(con, lake, published.tables)
    for table in FACTS:
        con.execute(f"CREATE VIEW {schema}.{table} AS FROM {LIVE}.{table}")
    con.execute(f"CREATE VIEW {schema}.{RECORDS} AS {RECORD_SQL.format(ledger=LIVE)}")
    con.execute(f"CREATE VIEW {schema}.{REJECTS} AS {REJECT_SQL}")
    return Side("live", published.zone, published.rules, mapping_digest(lake, published.tables))
