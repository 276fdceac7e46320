"""Records of one job as HTCondor writes them, put together by hand: what the oracle's own tests read."""

from pathlib import Path

from tests import oracle

NOON = 1_780_315_200  # 2026-06-01 12:00:00 UTC
DAY = 86_400


def ad(**values: object) -> str:
    """An ad of job 7.0 on ap1, submitted at noon; strings are quoted, `raw(...)` stands as it is."""
    basis = {"GlobalJobId": f"ap1#7.0#{NOON}", "ClusterId": 7, "ProcId": 0, "QDate": NOON, "JobUniverse": 5}
    basis |= {"User": "ann@x.org", "ProjectName": "Bees", "RequestCpus": 1}
    return "".join(f"{name} = {quoted(value)}\n" for name, value in (basis | values).items() if value is not None)


class Raw(str):
    """Text that stands in an ad as it is."""


def quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) and not isinstance(value, Raw) else str(value)


def history(*ads: str) -> str:
    return "".join(f'{ad}*** Offset = 0 ClusterId = 7 ProcId = 0 Owner = "ann" CompletionDate = 1\n' for ad in ads)


def epoch(ad: str, run: int = 0, written: int = 0, kind: str = "EPOCH ") -> str:
    return f'{ad}*** {kind}ClusterId=7 ProcId=0 RunInstanceId={run} Owner="ann" CurrentTime={written}\n'


def run_of(start: int, end: int, /, run: int = 0, **values: object) -> str:
    """An EPOCH record of a run from noon + start to noon + end."""
    times = {"JobCurrentStartDate": NOON + start, "EpochWriteDate": NOON + end}
    return epoch(ad(**(times | values)), run, NOON + end)


def spawn(at: int, run: int) -> str:
    body = f"ClusterId = 7\nProcId = 0\nRunInstanceID = {run}\nShadowBday = {NOON + at}\nEpochWriteDate = {NOON + at}\n"
    return epoch(body, run, NOON + at, "SPAWN ")


def final(wall: float, end: int, **values: object) -> str:
    """The final ad of a job that completed at noon + end."""
    basis = {"JobStatus": 4, "RemoteWallClockTime": wall, "EnteredCurrentStatus": NOON + end, "ExitCode": 0}
    return ad(**(basis | {"CompletionDate": NOON + end} | values))


def books(tmp_path: Path, *texts: str, zone: str = "UTC", ap: str | None = None) -> oracle.Books:
    paths = [tmp_path / f"file{number}" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return oracle.load(paths, ap=ap, pool="test", zone=zone)


def by_day(kept: oracle.Books, metric: str = "wall_s", booking: str = "used") -> dict[object, object]:
    return {row["day"]: row[metric] for row in kept.usage(["day"], [metric], booking=booking)}


def routed(cluster: int, submitted: int, ap: str = "ce1", **values: object) -> str:
    """The final ad of a job of one hour that was submitted at noon + `submitted`."""
    times = {"QDate": NOON + submitted, "JobCurrentStartDate": NOON + 60, "GlobalJobId": f"{ap}#{cluster}.0#{NOON}"}
    return final(3600, 3660, ClusterId=cluster, **(times | values))
