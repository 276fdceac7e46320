"""The state folder of a pool before it starts: what its daemons will find in /pool, /home, /tmp and /etc/hosts.

In: a plan, the installed suite and the pool's addresses. Out: files and folders, and the address of each node.
"""

import os
import secrets
import shutil
from pathlib import Path

from tests.pool.addresses import Block
from tests.pool.installed import USERS
from tests.pool.plan import PoolPlan

ROLES = Path(__file__).with_name("etc")
FOLDERS = (".", "log", "spool", "execute", "lock", "per_job", "per_job_epochs")
KEY = "POOL"
"""Name of the key that signs the pool's tokens."""


def places(plan: PoolPlan, block: Block) -> dict[str, str]:
    """Node -> address; the central manager is `cm`."""
    return {"cm": block.address(0)} | {node.name: block.address(10 + n) for n, node in enumerate(plan.nodes())}


def prepare(state: Path, root: Path, plan: PoolPlan, addresses: dict[str, str]) -> None:
    """Fill `state`, an empty folder."""
    ids = _ids(root)
    shutil.copytree(ROLES, state / "etc")
    for plugin in (state / "etc").glob("*_plugin"):
        plugin.chmod(0o755)
    nodes = {"cm": ["include : /pool/etc/central_manager.conf"]}
    nodes |= {node.name: node.config() for node in plan.nodes()}
    for name, lines in nodes.items():
        _write_config(state, name, addresses, [*lines, *plan.lines])
        for folder in FOLDERS:
            _folder(state / name / folder, ids["condor"])
    for site in plan.sites:
        for program, text in site.programs().items():
            path = state / site.name / program
            path.write_text(text, "utf-8")
            path.chmod(0o755)
    hosts = [f"{address} {name}.pool.test {name}" for name, address in addresses.items()]
    (state / "hosts").write_text("\n".join(["127.0.0.1 localhost", *hosts, ""]), "ascii")
    _shared_folders(state, ids)


def _write_config(state: Path, name: str, addresses: dict[str, str], lines: list[str]) -> None:
    head = [
        f"NODE = {name}",
        f"ADDRESS = {addresses[name]}",
        f"COLLECTOR_HOST = {addresses['cm']}:9618",
        f"BATCH_COLLECTOR = {addresses['cm']}:9618",
        "include : /pool/etc/common.conf",
    ]
    (state / "etc" / f"{name}.conf").write_text("\n".join([*head, *lines, ""]), "utf-8")


def _shared_folders(state: Path, ids: dict[str, tuple[int, int]]) -> None:
    (state / "submit").mkdir()
    for name in ("tmp", "store"):  # whoever a job or its transfer runs as may write there
        (state / name).mkdir()
        (state / name).chmod(0o1777)
    for user in USERS:
        _folder(state / "home" / user, ids[user])
    # the second key has the pool's name for it but other bytes: what it signs is a token that nobody here takes
    for name in ("passwords.d", "strange_passwords.d"):
        (state / name).mkdir(mode=0o700)
        key = state / name / KEY
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(64))
    (state / "tokens.d").mkdir(mode=0o700)
    state.chmod(0o755)


def _folder(path: Path, owner: tuple[int, int]) -> None:
    path.mkdir(parents=True, exist_ok=True)
    os.chown(path, *owner)


def _ids(root: Path) -> dict[str, tuple[int, int]]:
    """User name -> (uid, gid) in the installed suite."""
    entries = [line.split(":") for line in (root / "etc" / "passwd").read_text("utf-8").splitlines()]
    return {entry[0]: (int(entry[2]), int(entry[3])) for entry in entries}
