"""Names of fields on the wire: ours are words with `_` between them, theirs are written in one."""

from functools import cache

from pydantic import ConfigDict

_AS_WRITTEN = {"vo": "VO", "fqan": "FQAN", "dn": "DN", "gpu": "GPU", "gpus": "GPUs"}


@cache
def wire_name(name: str) -> str:
    """`local_job_id` -> `LocalJobId`, `vo_name` -> `VOName`."""
    return "".join(_AS_WRITTEN.get(word, word.capitalize()) for word in name.split("_"))


STRICT = ConfigDict(frozen=True, extra="forbid", alias_generator=wire_name, populate_by_name=True, strict=True)
"""Of every record: its fields, their types, and nothing else."""
