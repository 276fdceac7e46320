"""Findings with their evidence: a course that adds up to what is found, and the newest examples."""

from pipeline.triage.find import find
from pipeline.triage.sheet import PARTS, Sheet, sheet
from tests.pipeline.triage.made_attempts import ASKED, MIDNIGHT, Ran, cube, failing, week

LOST = ("network", "Job disconnected too long")
FULL = ("disk_exceeded", "No space left on device")


def spoilt(ran: Ran) -> Ran:
    """From midnight on a host loses its jobs, and a site's disks are full."""
    if ran.hour >= 0 and ran.machine == "n3.site4":
        return failing(ran, *LOST)
    return failing(ran, *FULL) if ran.hour >= 0 and ran.site == "Site2" and ran.number // 10 % 3 == 0 else ran


def made() -> tuple[Sheet, list[Ran]]:
    runs = [spoilt(ran) for ran in week()]
    with cube(runs) as con:
        return sheet(con, ASKED, find(con, ASKED, None, "UTC")), runs


def test_each_finding_has_its_course_and_its_newest_attempts() -> None:
    found, runs = made()
    assert {one.finding.value for one in found.evidence} == {"n3.site4", "Site2"}
    for one in found.evidence:
        there = [ran for ran in runs if one.finding.value in (ran.machine, ran.site)]
        now = [part for part in one.course if part.from_utc >= ASKED.from_utc]
        assert sum(part.tried for part in one.course) == len(there)
        assert sum(part.tried for part in now) == one.finding.tried
        assert sum(part.failed for part in now) == one.finding.failed
        assert len(one.course) <= PARTS
        newest = sorted((ran.end_utc for ran in there if ran.failure == one.finding.failure), reverse=True)[:3]
        assert [example.end_utc for example in one.examples] == newest
        assert {example.message for example in one.examples} == {one.finding.signature}


def test_the_sheet_counts_all_attempts_of_the_window_and_sites_by_class() -> None:
    found, runs = made()
    now = [ran for ran in runs if ran.end_utc >= MIDNIGHT]
    assert (found.tried, found.failed) == (len(now), sum(ran.failure is not None for ran in now))
    cells = {(cell.site, cell.failure): (cell.failed, cell.tried) for cell in found.cells}
    at_site = [ran for ran in now if ran.site == "Site2"]
    assert cells["Site2", FULL[0]] == (sum(ran.failure == FULL[0] for ran in at_site), len(at_site))
    assert cells["Site0", FULL[0]][0] == 0
