"""Banner lines: what follows each ad in HTCondor's append-only record files, and the attributes that they repeat.

Forms and versions: HTCondor's source, tags 6.6.0 to 25.14 (history banners with spaces round `=`, epoch banners
without; a bare `***` in 6.6; no type word in epoch banners of 9.11 to 10.2).
"""

import re

BANNER = b"***"
"""A line that starts with this ends an ad. Inside a value it means nothing."""

BANNER_WORDS = {
    b"offset": "offset",
    b"clusterid": "cluster",
    b"procid": "proc",
    b"runinstanceid": "run_instance",
    b"owner": "owner",
    b"currenttime": "current_utc",
}
"""Lower-cased word of a banner -> our name of it."""

HISTORY_BANNER = (
    '*** Offset = {offset} ClusterId = {cluster} ProcId = {proc} Owner = "{owner}" CompletionDate = {completion}'
)
HISTORY_BANNER_TIME = " CurrentTime = {current}"
EPOCH_BANNER = (
    '*** {type} ClusterId={cluster} ProcId={proc} RunInstanceId={run_instance} Owner="{owner}" CurrentTime={current}'
)

HISTORY_LINE = re.compile(
    rb"\*\*\* Offset = (-?\d{1,19}) ClusterId = (-?\d+) ProcId = (-?\d+) Owner = \"(.*)\" CompletionDate = (-?\d+)"
    rb"(?: CurrentTime = (-?\d+))?\s*"
)
"""Groups: offset, cluster, proc, owner, completion, current time or None."""

EPOCH_LINE = re.compile(
    rb"\*\*\* (?:([A-Za-z_]{1,32}) )?ClusterId=(-?\d+) ProcId=(-?\d+) RunInstanceId=(-?\d+) Owner=\"(.*)\""
    rb" CurrentTime=(-?\d+)\s*"
)
"""Groups: type word or None, cluster, proc, run instance, owner, current time."""
