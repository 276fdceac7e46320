"""What one would write first to ask a schedd for its history: one query, every wanted attribute, to Parquet.

python -m bench.plain_htcondor2 ACCESS_POINT OUT.parquet
"""

import sys
from typing import Any

import htcondor2
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import JOB

WANTED = [column.attributes[0] for column in JOB.from_ads]


def values(ad: Any) -> dict[str, str | None]:
    found = {name: ad.get(name) for name in WANTED}
    return {name: None if value is None else str(value) for name, value in found.items()}


def main(access_point: str, out: str) -> None:
    location = htcondor2.Collector().locate(htcondor2.DaemonType.Schedd, access_point)
    ads = htcondor2.Schedd(location).history(None, WANTED)
    pq.write_table(pa.Table.from_pylist([values(ad) for ad in ads]), out, compression="zstd", compression_level=3)


if __name__ == "__main__":
    main(*sys.argv[1:])
