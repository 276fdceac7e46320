"""The shards of the indices that are read, and how far each can be read without missing what is on its way.

An index gives each change a sequence number, per shard; a late or changed record has a higher one than all before,
whatever time it tells. Up to a shard's global checkpoint every number is settled: read in their order, a number is all
that has to be remembered. The shard is named by its index's UUID: an index that was made anew is another one.
"""

from dataclasses import dataclass

from elasticsearch import Elasticsearch

from pipeline.errors import SourceError


@dataclass(frozen=True)
class Shard:
    """Shard `number` of `index`; `settled` is one more than the highest sequence number that may be read now."""

    index: str
    uuid: str
    number: int
    settled: int

    @property
    def name(self) -> str:
        """What tells it from every other shard of that and any other server."""
        return f"{self.uuid}/{self.number}"


def shards(client: Elasticsearch, pattern: str) -> list[Shard]:
    """The shards of every index, alias or data stream that the pattern names, in order; all they hold can be found.

    Raises SourceError if there are none, and the client's errors. Needs the privileges `monitor`, `maintenance` and
    `read` on the indices.
    """
    stats = client.indices.stats(index=pattern, level="shards", metric=["docs"])
    found = [
        Shard(index, about["uuid"], int(number), _settled(index, copies))
        for index, about in stats["indices"].items()
        for number, copies in about["shards"].items()
    ]
    if not found:
        raise SourceError(f"Elasticsearch has no index {pattern!r}", "Name an index, an alias or a pattern: adstash*.")
    client.indices.refresh(index=pattern)  # after the checkpoints were asked: all up to them is found now
    return sorted(found, key=lambda shard: (shard.index, shard.number))


def _settled(index: str, copies: list[dict[str, dict[str, int]]]) -> int:
    primary = next((copy for copy in copies if copy["routing"]["primary"]), None)
    if primary is None:
        raise SourceError(f"a shard of {index} has no primary copy now", "See the cluster's health; then try again.")
    return primary["seq_no"]["global_checkpoint"] + 1
