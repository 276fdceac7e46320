"""Errors that a person can act on. Everything the command line reports without a traceback is one of these.

LedgerError
├── SettingsError      a setting that is unknown or cannot be used
├── UsageError         a question that cannot be asked: unknown metric, dimension or filter
├── SourceError        a file or daemon that could not be read
├── LakeError          the lake is missing, read-only or damaged
│   └── LakeRace       another writer was faster; read again and repeat
├── CubeMissing        nothing has been published yet
└── CheckFailed        a rule of the ledger is broken; the build was not published
"""


class LedgerError(Exception):
    """`what` went wrong, and `hint`: what to do about it (may be empty)."""

    exit_code = 1

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class SettingsError(LedgerError):
    exit_code = 2


class UsageError(LedgerError):
    exit_code = 2


class SourceError(LedgerError):
    pass


class LakeError(LedgerError):
    pass


class LakeRace(LakeError):
    pass


class CubeMissing(LedgerError):
    pass


class CheckFailed(LedgerError):
    pass
