"""A recovery as files: submit descriptions with their items, and the lines that submit them. Text only; never run.

Jobs of one access point, user and shape share a description; what differs between them stands in its items file, whose
fields are separated by the control character that condor_submit takes for that (0x1F) and that no value holds.
"""

import shlex
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.recover.parts import Again, File, Recovery
from pipeline.terminal import visible

FIELD = "\x1f"
OF_CLUSTER = ("universe", "executable", "container_image", "docker_image")
"""Commands that are the same for all jobs of one submission: HTCondor makes a cluster of it."""
_SHAPE = tuple[str, str, tuple[str, ...], tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Submission:
    """What one condor_submit does: its files, where and as whom, of how many jobs."""

    ap: str
    user: str
    jobs: int
    files: tuple[File, File]

    def lines(self, folder: Path) -> list[str]:
        """The command that submits it, and a comment with the access point and user that it is for."""
        jobs = "1 job" if self.jobs == 1 else f"{self.jobs:,} jobs"
        return [
            f"# {jobs}, on {visible(self.ap)} as {visible(self.user)}:",
            f"cd {shlex.quote(str(folder))} && condor_submit {self.files[0].name}",
        ]


def submissions(recovery: Recovery) -> list[Submission]:
    """One for each access point, user and shape of jobs, in the order of their first jobs."""
    groups: dict[_SHAPE, list[Again]] = defaultdict(list)
    for each in recovery.again:
        same = tuple(command for command in each.description.commands if command[0] in OF_CLUSTER)
        groups[each.job.ap, each.job.user, each.description.shape, same].append(each)
    return [
        Submission(ap, user, len(jobs), _files(f"recover-{number}", jobs))
        for number, ((ap, user, *_), jobs) in enumerate(groups.items(), start=1)
    ]


def write_all(recovery: Recovery, folder: Path) -> list[str]:
    """Write the files into a new or empty folder; returns the lines that submit them. Raises UsageError."""
    if recovery.rescue is not None:
        _fill(folder, [recovery.rescue.file])
        return recovery.rescue.lines(folder.resolve())
    found = submissions(recovery)
    _fill(folder, [file for submission in found for file in submission.files])
    return [line for submission in found for line in submission.lines(folder.resolve())]


def _fill(folder: Path, files: Sequence[File]) -> None:
    """Write files into a new or empty folder. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty", "Name a new folder: nothing is written over.")
        for file in files:
            (folder / file.name).write_text(file.text, "utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error


def _files(name: str, jobs: Sequence[Again]) -> tuple[File, File]:
    """The description and its items: a column for each command that is not the same for all."""
    first = jobs[0].description.commands
    rows = [[value for _, value in each.description.commands] for each in jobs]
    columns = [at for at in range(len(first)) if any(row[at] != rows[0][at] for row in rows)]
    names = {at: f"item_{first[at][0].removeprefix('MY.')}" for at in columns}
    commands = [
        f"{command} = {f'$({names[at]})' if at in names else value}" for at, (command, value) in enumerate(first)
    ]
    queue = f"queue {','.join(['job', *names.values()])} from {name}.items"
    # a line that begins with a number is no comment
    items = [FIELD.join([str(at), *(row[column] for column in columns)]) for at, row in enumerate(rows, start=1)]
    text = "\n".join([*_head(jobs), *commands, "", "# $(job)", queue, ""])
    return File(f"{name}.sub", text), File(f"{name}.items", "\n".join([*items, ""]))


def _head(jobs: Sequence[Again]) -> list[str]:
    """Comments: whose jobs these are, and what is changed."""
    first, last = jobs[0].job, jobs[-1].job
    of = visible(first.name) if len(jobs) == 1 else f"{len(jobs):,} jobs, {visible(first.name)} to {visible(last.name)}"
    changed = sorted({change.command for each in jobs for change in each.changes})
    said = f"Changed: {', '.join(changed)}." if changed else "Nothing is changed."
    own = sorted({name for each in jobs for name in each.description.own})
    carried = [f"# Attributes of the jobs' own: {', '.join(own)}."] if own else []
    return [f"# Runs again {of}. Submit it on {visible(first.ap)} as {visible(first.user)}.", f"# {said}", *carried, ""]
