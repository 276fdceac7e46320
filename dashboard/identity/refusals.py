"""Why somebody is not let in: errors whose text the person may read. What an attacker could use is in the log alone."""

from pipeline.errors import LedgerError


class LoginRefused(LedgerError):
    """A login that did not come to its end as it has to."""


class ProviderAway(LedgerError):
    """The login provider cannot be asked now."""
