"""Who wants no digests, in the lake's table `opted`: wishes in, the addresses whose newest wish is to get none out."""

import json
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from pipeline.errors import LakeRace, UsageError
from pipeline.lake import Lake
from pipeline.mail.address import is_address
from pipeline.schema import OPTED

_TRIES = 8


def opted_out(lake: Lake) -> dict[str, dict[str, Any]]:
    """The newest wish of each address that wants none: by address, a row of the table. Raises LakeError."""
    newest: dict[str, dict[str, Any]] = {}
    for row in sorted(lake.read(OPTED).to_pylist(), key=lambda row: (row["at_utc"], row["is_out"])):
        newest[row["address"]] = row
    return {address: row for address, row in sorted(newest.items()) if row["is_out"]}


def wish(lake: Lake, address: str, by: str, now: datetime, *, is_out: bool) -> bool:
    """Note that an address wants none, or wants them again; False if it was so already. Raises UsageError."""
    if not is_address(address):
        raise UsageError(f"{address[:80]!r} is no mail address", "Write it plain: name@example.org.")
    lake.require()
    plain = address.lower()
    row: dict[str, Any] = {"pool": None, "address": plain, "is_out": is_out, "by": by, "source": "command"}
    row["at_utc"] = int(now.astimezone(UTC).timestamp())
    content = json.dumps(row, sort_keys=True).encode()
    row["record_id"] = int.from_bytes(blake2b(content, digest_size=8).digest(), signed=True)
    for _ in range(_TRIES):
        try:
            with lake.committing():
                writer = lake.writer(OPTED)
                if (plain in opted_out(lake)) == is_out:
                    return False
                return writer.append(pa.Table.from_pylist([row], schema=OPTED.arrow), {}).new == 1
        except LakeRace:
            continue
    raise LakeRace("table opted: others change it all the time", "Run it again.")
