"""Ads of jobs as condor_submit makes them, for tests of recovery."""

from pipeline.recover.ads import Ad, parsed

WHOLE = {
    "JobUniverse": "5",
    "Cmd": '"/home/ann/run.sh"',
    "Arguments": '"1 two"',
    "Environment": '"A=1"',
    "Iwd": '"/home/ann"',
    "In": '"/dev/null"',
    "Out": '"out.1"',
    "Err": '"/dev/null"',
    "UserLog": '"/home/ann/1.log"',
    "Requirements": '(TARGET.Arch == "X86_64") && (TARGET.Memory >= RequestMemory)',
    "RequestCpus": "1",
    "RequestMemory": "64",
    "RequestDisk": "1024",
}


def ad(**more: str | None) -> Ad:
    """A whole ad with those values as they are written; None takes one away."""
    return parsed(lines(**more).encode("utf-8", "surrogateescape"), "banners")


def lines(**more: str | None) -> str:
    """The same as lines of its long form."""
    values = {name: value for name, value in (WHOLE | more).items() if value is not None}
    return "".join(f"{name} = {value}\n" for name, value in values.items())
