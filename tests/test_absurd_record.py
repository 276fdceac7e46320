"""One record that asks for 2^30 cores, among real ones: in no total, shown, and counted once the rule allows it."""

import csv
import io
import re
from pathlib import Path

from tests.ledger_command import Ledger

NEVER_STALE = {"HTC_LEDGER_STALE_AFTER_H": str(24 * 365 * 100)}  # the sample's records grow old
METRICS = ("--by", "project,site", "--metrics", "cpu_h,wall_s,jobs,attempts", "--format", "csv")


def absurd(history: Path, folder: Path) -> Path:
    """The first record of that history as another job's, which asked for and got 2^30 cores."""
    record = history.read_bytes().split(b"\n***", 1)[0]
    banner = b'\n*** Offset = 0 ClusterId = 999999 ProcId = 0 Owner = "alice" CompletionDate = 1795236000\n'
    for name, value in ((b"ClusterId", b"999999"), (b"ProcId", b"0"), (b"RequestCpus", b"1073741824")):
        record = re.sub(rb"(?m)^%s = .*$" % name, b"%s = %s" % (name, value), record)
    record = re.sub(rb"(?m)^(GlobalJobId = \"[^#]+)#[^#]+#", rb"\1#999999.0#", record)
    record = re.sub(rb"(?m)^CpusProvisioned = .*$", b"CpusProvisioned = 1073741824", record)
    path = folder / "history"
    path.write_bytes(record + banner)
    return path


def test_a_record_of_two_to_the_thirty_cores_is_in_no_total_until_the_rule_allows_it(
    ledger: Ledger, samples: Path, tmp_path: Path
) -> None:
    real = sorted(samples.glob("ap1/*history*"))
    ledger.ok("ingest", "--pool", "sample", *real)
    ledger.ok("build")
    before = ledger.ok("usage", *METRICS).out
    odd = absurd(samples / "ap1" / "history", tmp_path)
    ledger.ok("ingest", "--pool", "sample", odd)
    ledger.ok("build")
    assert ledger.ok("usage", *METRICS).out == before
    (rule,) = ledger.ok("rejects", "list", "--format", "json").json
    assert (rule["rule"], rule["records"]) == ("cpus-bound", 1)
    (pool,) = ledger.ok("status", "--format", "json", **NEVER_STALE).json["pools"]
    assert pool["state"] == "partial"
    assert "rejected" in pool["sentence"]
    allowed = {"HTC_LEDGER_LARGEST_SLOT_CPUS": str(1 << 30)}
    ledger.ok("rejects", "replay", **allowed)
    ledger.ok("build", **allowed)
    rows = {(row["project"], row["site"]): row for row in csv.DictReader(io.StringIO(before))}
    after = {
        (row["project"], row["site"]): row for row in csv.DictReader(io.StringIO(ledger.ok("usage", *METRICS).out))
    }
    changed = {key for key in after if after[key] != rows.get(key)}
    (one,) = changed
    added_h = float(after[one]["cpu_h"]) - float(rows[one]["cpu_h"])
    added_s = int(after[one]["wall_s"]) - int(rows[one]["wall_s"])
    assert added_h == (1 << 30) * added_s / 3600
    assert int(after[one]["jobs"]) == int(rows[one]["jobs"]) + 1
    assert ledger.ok("rejects", "list", "--format", "json").json == []
