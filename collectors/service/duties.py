"""What children do: find what there is to poll, poll it, publish a cube, keep the lake small."""

from datetime import UTC, datetime

from collectors.sources.target import Polled, Poller, Target
from pipeline.errors import LakeError, SourceError
from pipeline.lake import Lake
from pipeline.maintenance import maintain
from pipeline.publish import publish
from pipeline.settings import Settings
from pipeline.source_settings import Source

MOST_TARGETS = 10_000
"""Of one source: a collector daemon that names more than this is asked for too much, or lies."""


def find_targets(poller: Poller, source: Source, settings: Settings) -> list[Target]:
    """What there is to poll of that source now. Raises SourceError."""
    found = poller.targets(source, settings)
    if len(found) > MOST_TARGETS:
        raise SourceError(
            f"{source.name}: {len(found):,} things to poll were found, more than {MOST_TARGETS:,}",
            "Divide the source into several, each with a narrower `constraint`.",
        )
    if len({target.name for target in found}) < len(found):
        raise TypeError(f"poller {poller.kind!r} calls two of its targets the same")
    return found


def poll_target(poller: Poller, target: Target, settings: Settings) -> Polled:
    """Read one target into the lake, which is made where there is none. Raises SourceError or LakeError."""
    lake = Lake(settings.lake)
    _need(lake)
    polled = poller.poll(target, lake, settings, datetime.now(UTC))
    if not isinstance(polled, Polled):
        raise TypeError(f"poller {poller.kind!r} returned {type(polled).__name__} instead of what it polled")
    return polled


def publish_cube(settings: Settings) -> str:
    """Build from the lake and publish; returns what came of it in a few words. Raises CheckFailed or LakeError."""
    published, is_new = publish(Lake(settings.lake), settings, lambda step: None)
    return f"cube {published.version} is {'new' if is_new else 'up to date'}"


def maintain_lake(settings: Settings) -> str:
    """Bring the lake's tables into shape; returns what came of it in a few words. Raises LakeError."""
    done = maintain(Lake(settings.lake), settings, datetime.now(UTC))
    notes = "".join(f"; {table.table}: {table.note}" for table in done.tables if table.note)
    return f"{done.bytes_freed:,} bytes freed{notes}"


def _need(lake: Lake) -> None:
    """Looking whether all tables are there takes a millisecond, making them a hundred times that."""
    try:
        lake.require()
    except LakeError:
        lake.create()
