"""Jobs of the shapes that accounting must tell apart, as texts for `AccessPoint.submit`.

Each is a submit description without its `queue` line, except `materialised_late`, which must say its own. Every shape
takes further lines by keyword; two of them are short for more: `project="X"` and `site="Alpha"` (run only there).
"""

COMMON = {
    "log": "$(Cluster).log",
    "output": "out.$(Cluster).$(Process)",
    "error": "err.$(Cluster).$(Process)",
    "request_cpus": "1",
    "request_memory": "64",
    "request_disk": "1024",
    "should_transfer_files": "YES",
    "transfer_executable": "False",
}
SHORT = {"project": 'My.ProjectName = "{}"', "site": 'requirements = TARGET.GLIDEIN_Site == "{}"'}


def job(executable: str, arguments: str = "", /, **more: object) -> str:
    """Any job: a program that is there on every node, its arguments in HTCondor's own quoting."""
    lines = [f"{name} = {value}" for name, value in COMMON.items() if name not in more]
    lines += [f"executable = {executable}", f"arguments = {arguments}"]
    lines += [SHORT[name].format(value) if name in SHORT else f"{name} = {value}" for name, value in more.items()]
    return "\n".join([*lines, ""])


def sleeps(seconds: float, **more: object) -> str:
    """Runs so long and ends well."""
    return job("/bin/sleep", str(seconds), **more)


def burns(seconds: int, **more: object) -> str:
    """Keeps one core busy so long."""
    return shell(f'timeout {seconds} sh -c ""while :; do :; done""; exit 0', **more)


def shell(script: str, **more: object) -> str:
    """Runs `script` with sh. It stands in single quotes: quote with doubled double quotes in it."""
    return job("/bin/sh", f"\"-c '{script}'\"", **more)


def noop(**more: object) -> str:
    """Gets a slot and is over at once, nothing having run: the quickest way to many records."""
    return job("/bin/true", noop_job=True, **more)


def exits(code: int, **more: object) -> str:
    """Ends with this exit code."""
    return shell(f"exit {code}", **more)


def dies_of_signal(**more: object) -> str:
    """Ends by SIGSEGV."""
    script = "import os, resource; resource.setrlimit(4, (0, 0)); os.kill(os.getpid(), 11)"
    return job("/usr/bin/python3", f"\"-c '{script}'\"", **more)


def held_after(code: int, **more: object) -> str:
    """Runs, ends with `code` and is held for that, with subcode `code`."""
    reasons = {"on_exit_hold": "True", "on_exit_hold_reason": '"needs a human"', "on_exit_hold_subcode": code}
    return shell(f"exit {code}", **reasons, **more)


def held_for_want_of_input(**more: object) -> str:
    """Is held when it starts: a file that it asks for is not there."""
    return job("/bin/cat", "absent", transfer_input_files="/pool/submit/absent", **more)


def held_from_the_start(**more: object) -> str:
    return sleeps(1, hold=True, **more)


def held_for_its_memory(**more: object) -> str:
    """Takes 300 MB where 64 are asked for, and is held by the startd's policy."""
    script = 'import time; x = b""x"" * 300_000_000; time.sleep(60)'
    return job("/usr/bin/python3", f"\"-c '{script}'\"", **more)


def never_matches(**more: object) -> str:
    """Stays idle."""
    return job("/bin/true", requirements="TARGET.NoSuchAttribute == 1", **more)


def retried(times: int, **more: object) -> str:
    """Fails, and is started anew so many times."""
    return exits(1, max_retries=times, **more)


def evicted_by_itself(run_s: int, stay_s: int = 2, **more: object) -> str:
    """Leaves its first slot some seconds after `stay_s`, then runs for `run_s`, which is the longer time."""
    leave = f"(JobStatus == 2) && (NumShadowStarts < 2) && (time() - JobCurrentStartDate > {stay_s})"
    return sleeps(run_s, periodic_vacate=leave, **more)


def local(seconds: float, **more: object) -> str:
    """Runs on the access point itself, in the local universe."""
    return sleeps(seconds, universe="local", **more)


def scheduler(seconds: float, **more: object) -> str:
    """Runs on the access point itself, in the scheduler universe."""
    return sleeps(seconds, universe="scheduler", **more)


def gpu(seconds: float, count: int = 1, **more: object) -> str:
    """Runs on GPUs, which site gamma has."""
    return sleeps(seconds, request_gpus=count, **more)


def materialised_late(count: int, at_once: int = 2, seconds: float = 0.5, **more: object) -> str:
    """A factory of `count` jobs of which at most `at_once` are idle. Submit it without a count."""
    return sleeps(seconds, max_idle=at_once, **more) + f"queue {count}\n"


def takes_input(*files: str, seconds: float = 0.5, **more: object) -> str:
    """Has files brought: paths inside the pool, or `store:///NAME` for a file in the pool's `store` folder.

    Only the second kind goes through a transfer plugin and leaves a record of type INPUT.
    """
    return sleeps(seconds, transfer_input_files=", ".join(files), **more)


def leaves_output(size: int, **more: object) -> str:
    """Writes a file of so many bytes, which a plugin takes to `store:///out/` (a record of type OUTPUT)."""
    more |= {"transfer_output_files": "made", "output_destination": "store:///out/"}
    return shell(f"head -c {size} /dev/zero > made", **more)
