"""A mail address, as it may stand in a header. Text in, the address out; anything that could be more is refused."""

import re

from pipeline.errors import SettingsError

_PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*", re.ASCII)
LONGEST = 254


def is_address(text: str) -> bool:
    """Whether it is one plain address: no name before it, no line break, no second one."""
    return len(text) <= LONGEST and _PLAIN.fullmatch(text) is not None


def address(text: str, what: str) -> str:
    """The address. Raises SettingsError that says what it was for."""
    if not is_address(text):
        raise SettingsError(f"{what}: {text[:80]!r} is no mail address", "Write it plain: name@example.org.")
    return text
