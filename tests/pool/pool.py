"""A running pool: `with Pool.start(folder, PoolPlan()) as pool: ...`.

In: a folder for the pool's state, empty, and what nodes it shall have. Out: nodes that run until the block ends or
this process does. Every daemon has a loopback address that is the pool's own, so several pools run side by side.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.pool.access_point import AccessPoint, ComputeElement
from tests.pool.addresses import Block, claim
from tests.pool.client import client_config
from tests.pool.firewall import firewall
from tests.pool.installed import installed
from tests.pool.namespace import Namespace
from tests.pool.node import Node, Site
from tests.pool.plan import PoolPlan
from tests.pool.prepare import KEY, places, prepare
from tests.pool.waiting import wait_until


@dataclass(frozen=True)
class Pool:
    """A running pool: `cm` is the central manager, the other nodes are found by name."""

    plan: PoolPlan
    state: Path
    block: Block
    namespace: Namespace
    cm: Node
    access_points: dict[str, AccessPoint]
    sites: dict[str, Site]
    compute_elements: dict[str, ComputeElement]

    @classmethod
    @contextmanager
    def start(cls, state: Path, plan: PoolPlan | None = None) -> Iterator["Pool"]:
        """Start a pool and wait until it takes jobs; at the end nothing of it runs. Raises PoolProblem."""
        plan = plan or PoolPlan()
        root = installed(plan.suite)
        state.mkdir(parents=True, exist_ok=True)
        block = claim()
        try:
            addresses = places(plan, block)
            prepare(state, root, plan, addresses)
            namespace = Namespace.start(root, state)
            try:
                pool = cls._of(plan, state, block, namespace, addresses)
                pool._bring_up()
                yield pool
            finally:
                namespace.close()
        finally:
            block.close()

    @classmethod
    def _of(cls, plan: PoolPlan, state: Path, block: Block, namespace: Namespace, at: dict[str, str]) -> "Pool":
        return cls(
            plan,
            state,
            block,
            namespace,
            Node("cm", at["cm"], state, namespace),
            {ap.name: AccessPoint(ap.name, at[ap.name], state, namespace) for ap in plan.access_points},
            {site.name: Site(site.name, at[site.name], state, namespace) for site in plan.sites},
            {ce.name: ComputeElement(ce.name, at[ce.name], state, namespace) for ce in plan.compute_elements},
        )

    @property
    def nodes(self) -> list[Node]:
        return [self.cm, *self.access_points.values(), *self.sites.values(), *self.compute_elements.values()]

    @property
    def collector(self) -> str:
        """Address and port of the collector."""
        return f"{self.cm.address}:9618"

    def ap(self, name: str) -> AccessPoint:
        return self.access_points[name]

    def _bring_up(self) -> None:
        first, *others = self.nodes
        with ThreadPoolExecutor(len(self.nodes)) as starting:
            begun = [starting.submit(first.start)]
            # whom the collector refuses once avoids it for a while
            wait_until((first.log / ".collector_address").exists, "the collector listens", 20, first.log_tail)
            begun += [starting.submit(node.start) for node in others]
        for start in begun:
            start.result()
        wanted = ["Negotiator"] + ["Scheduler"] * len(self.access_points) + ["Machine"] * len(self.sites)
        wait_until(lambda: self._up(wanted), "every daemon is in the collector", 60, self.log_tail)
        for element in self.compute_elements.values():
            element.wait_answers()

    def _up(self, wanted: list[str]) -> bool:
        known = self.cm.run("condor_status", "-any", "-af", "MyType").out.split()
        return all(known.count(kind) >= wanted.count(kind) for kind in set(wanted))

    def wait_until(self, holds: Callable[[], object], what: str, seconds: float = 60) -> None:
        """Wait for a condition. Raises PoolProblem with the last log lines of every node when it does not come."""
        wait_until(holds, what, seconds, self.log_tail)

    def wait_idle(self, seconds: float = 120) -> None:
        """Wait until no access point has a job that waits or runs."""
        for access_point in self.access_points.values():
            access_point.wait_idle(seconds)

    def log_tail(self) -> str:
        return "".join(node.log_tail(4) for node in self.nodes)

    def firewall(self, node: Node, port: int | None = None) -> AbstractContextManager[None]:
        """A block in which nothing from outside the pool reaches `node` (or that port of it): silence, no refusal."""
        return firewall(self.namespace, self.state / f"nft-{node.name}.log", node.address, self.block.network, port)

    def token(self, identity: str = "reader", *authorizations: str) -> str:
        """An IDTOKEN for `identity`@pool.test, limited to `authorizations` (such as READ) if any are named."""
        return self._token("/pool/passwords.d", identity, authorizations)

    def strange_token(self, identity: str = "reader") -> str:
        """A token in due form, with the name of this pool's key, that another key has signed."""
        return self._token("/pool/strange_passwords.d", identity, ())

    def _token(self, keys: str, identity: str, authorizations: tuple[str, ...]) -> str:
        limits = [word for name in authorizations for word in ("-authz", name)]
        create = ["condor_token_create", "-identity", f"{identity}@pool.test", "-key", KEY, *limits]
        return self.cm.ok("env", f"_CONDOR_SEC_PASSWORD_DIRECTORY={keys}", *create).strip()

    def client_config(
        self, folder: Path, token: str | None = None, lines: tuple[str, ...] = (), collector: str | None = None
    ) -> Path:
        """Write a CONDOR_CONFIG for a client outside the pool; without a token it can read where READ is open.

        `collector` is the pool's if none is named.
        """
        return client_config(folder, collector or self.collector, token, lines)
