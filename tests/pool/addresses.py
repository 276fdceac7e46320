"""Loopback addresses for one pool: a block 127.77.N.* that no other pool of this machine uses now.

The claim is the name of a socket: the kernel frees it when the process that holds it ends, however it ends.
"""

import socket
from dataclasses import dataclass

from tests.pool.problem import PoolProblem

BLOCKS = range(1, 250)


@dataclass(frozen=True)
class Block:
    """Addresses 127.77.`number`.1 to .254, ours until `close`."""

    number: int
    claim: socket.socket

    def address(self, place: int) -> str:
        """The address of the node at `place` (0, 1, ...)."""
        return f"127.77.{self.number}.{place + 1}"

    @property
    def network(self) -> str:
        return f"127.77.{self.number}.0/24"

    def close(self) -> None:
        self.claim.close()


def claim() -> Block:
    """The first free block. Raises PoolProblem when every one is taken."""
    for number in BLOCKS:
        held = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            held.bind(f"\0htc-ledger-pool-{number}")
        except OSError:
            held.close()
            continue
        return Block(number, held)
    raise PoolProblem(f"All {len(BLOCKS)} address blocks for pools are taken", "End the pools that still run.")
