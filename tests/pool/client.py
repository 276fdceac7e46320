"""A configuration for a client outside the pool: htcondor2 of our environment, the command `htc-ledger`."""

from pathlib import Path

CLIENT = """\
COLLECTOR_HOST = {collector}
NETWORK_INTERFACE = 127.0.0.1
ENABLE_IPV6 = False
UID_DOMAIN = pool.test
TRUST_DOMAIN = pool.test
LOG = {folder}
SEC_CLIENT_AUTHENTICATION = OPTIONAL
SEC_CLIENT_AUTHENTICATION_METHODS = IDTOKENS
SEC_CLIENT_ENCRYPTION = OPTIONAL
SEC_CLIENT_INTEGRITY = OPTIONAL
SEC_TOKEN_DIRECTORY = {folder}/tokens.d
"""


def client_config(folder: Path, collector: str, token: str | None, lines: tuple[str, ...] = ()) -> Path:
    """Write `folder`/condor_config, with a token beside it if one is given, and return its path."""
    tokens = folder / "tokens.d"
    tokens.mkdir(parents=True, exist_ok=True)
    if token is not None:
        path = tokens / "pool"
        path.write_text(token, "ascii")
        path.chmod(0o600)
    config = folder / "condor_config"
    config.write_text(CLIENT.format(collector=collector, folder=folder) + "\n".join([*lines, ""]), "utf-8")
    return config
