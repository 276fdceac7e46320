"""Where an alert goes: a mail address, or a webhook whose address may be a secret. Text of a rule in."""

import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import SettingsError
from pipeline.mail.address import is_address


@dataclass(frozen=True)
class Destination:
    """`shown` is what may be read by everybody, and told apart by; `url` None: it is a mail address."""

    shown: str
    url: str | None = field(default=None, repr=False)


def destination(given: str) -> Destination:
    """What a rule's `to` means. Raises SettingsError where the variable or file does not hold a webhook's address."""
    if is_address(given):
        return Destination(given)
    url = _address(given)
    host = urlsplit(url).hostname
    if urlsplit(url).scheme not in ("http", "https") or not host:
        raise SettingsError(f"{given.split('?')[0][:60]!r} holds no address of a webhook", "It begins with https://.")
    return Destination(f"{host} #{sha256(url.encode()).hexdigest()[:8]}", url)


def _address(given: str) -> str:
    if given.startswith("env:"):
        name = given.removeprefix("env:")
        if name not in os.environ:
            raise SettingsError(f"an alert's webhook stands in {name}, which is not set", f"Set {name}.")
        return os.environ[name].strip()
    if given.startswith("file:"):
        path = Path(given.removeprefix("file:"))
        try:
            return path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"an alert's webhook stands in {path}, which cannot be read") from error
    return given
