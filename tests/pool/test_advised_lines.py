"""The lines that advice gives are taken by a real condor_submit, and mean what they say."""

import pytest

from pipeline.advice.advise import RULES, Advice
from pipeline.advice.proposal import Effect, Proposal
from pipeline.advice.wording import lines
from tests.pool import shapes
from tests.pool.pool import Pool

CASES = {
    "memory": (Proposal(3328, retry=4352), "RequestMemory", 3328),
    "disk": (Proposal(1024), "RequestDisk", 1024 * 1024),
    "cores": (Proposal(3), "RequestCpus", 3),
    "gpus": (Proposal(0), "RequestGPUs", 0),
    "checkpoint": (Proposal(3600), "SuccessCheckpointExitCode", 85),
    "limit": (Proposal(7200), "AllowedJobDuration", 7200),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_job_with_the_advised_lines_says_so(pool: Pool, kind: str) -> None:
    proposal, attribute, expected = CASES[kind]
    rule = next(rule for rule in RULES if rule.kind == kind)
    advised = lines(Advice(rule, "ann", None, proposal, Effect(1, 1, 1, 0), (), (), None))
    ap = pool.ap("ap1")
    cluster = ap.submit("alice", shapes.sleeps(1, requirements="TARGET.NoSuchAttribute == 1") + advised)
    (job,) = ap.queue(f"ClusterId == {cluster}", attribute)
    ap.remove(cluster)
    ap.wait_idle()
    assert job[attribute] == expected
