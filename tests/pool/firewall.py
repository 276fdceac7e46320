"""A firewall before one node of a pool: what comes from outside is dropped without an answer.

The rule stands in a table that belongs to a running `nft`: the kernel takes the table away when that process ends, so
nothing stays behind, however the tests end. Daemons of the pool still reach each other.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pool.namespace import Namespace
from tests.pool.waiting import wait_until

RULES = """\
add table inet {table} {{ flags owner; }}
add chain inet {table} incoming {{ type filter hook input priority 0; policy accept; }}
add rule inet {table} incoming ip daddr {address} ip saddr != {network} {port} counter drop
"""


@contextmanager
def firewall(namespace: Namespace, log: Path, address: str, network: str, port: int | None) -> Iterator[None]:
    """Drop what comes to `address` (and `port`, or any) from outside `network` while the block runs."""
    table = f"pool_{address.replace('.', '_')}"
    matched = "meta l4proto tcp" if port is None else f"tcp dport {port}"
    with log.open("wb") as out:
        nft = subprocess.Popen(namespace.command(["nft", "-i"], {}), stdin=subprocess.PIPE, stdout=out, stderr=out)
    assert nft.stdin is not None
    try:
        rules = RULES.format(table=table, address=address, network=network, port=matched)
        nft.stdin.write(rules.encode("ascii"))
        nft.stdin.flush()
        explain = lambda: f"nft needs CAP_NET_ADMIN. It said: {log.read_text('utf-8', 'replace')}"  # noqa: E731
        wait_until(lambda: "drop" in _shown(namespace, table), f"a firewall before {address}", 10, explain)
        yield
    finally:
        nft.stdin.close()
        nft.wait(timeout=10)


def _shown(namespace: Namespace, table: str) -> str:
    return namespace.run(["nft", "list", "table", "inet", table], {}).out
