"""What one would write first: split a history file on banners, parse each ad with classad2, get, write Parquet.

python -m bench.plain_classad2 HISTORY OUT.parquet
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import classad2
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import JOB

WANTED = [column.attributes[0] for column in JOB.from_ads]


def records(path: Path) -> Iterator[str]:
    lines: list[str] = []
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("***"):
                yield "".join(lines)
                lines = []
            else:
                lines.append(line)


def values(record: str) -> dict[str, str | None]:
    ad: Any = next(classad2.parseAds(record, classad2.ParserType.Old))
    found = {name: ad.get(name) for name in WANTED}
    return {name: None if value is None else str(value) for name, value in found.items()}


def main(history: str, out: str) -> None:
    table = pa.Table.from_pylist([values(record) for record in records(Path(history))])
    pq.write_table(table, out, compression="zstd", compression_level=3)


if __name__ == "__main__":
    main(*sys.argv[1:])
