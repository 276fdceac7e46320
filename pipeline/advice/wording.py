"""Advice as a person would give it: a sentence, the lines of a submit file, the evidence, the risk. Pure.

Lines hold numbers of ours alone: nothing that a user wrote is pasted into a submit file.
"""

import math

from pipeline.advice.advise import Advice
from pipeline.advice.failures import HALF_AGAIN
from pipeline.advice.habits import EVERY_S, SHORT_S
from pipeline.advice.proposal import Exchange
from pipeline.advice.questions import REPEATED

TITLES = {
    "memory": "Ask for less memory",
    "disk": "Ask for less disk",
    "cores": "Ask for fewer cores",
    "gpus": "Ask for fewer GPUs",
    "checkpoint": "Write checkpoints",
    "bundle": "Put short jobs together",
    "limit": "Set a limit on run time",
    "more_memory": "Ask for more memory",
    "osdf": "Send repeated input through OSDF",
}
NAMED = ("p5", "p50", "p90", "p95", "p99", "most")
"""How the quantiles of `advise.QUANTILES` are called."""
_SHOWN = ("p50", "p95", "p99", "most")


def lines(advice: Advice) -> str:
    """What to write into the submit file."""
    value, retry = advice.proposal.value, advice.proposal.retry
    whole = f"{value:.0f}"
    if advice.kind in ("memory", "more_memory", "disk"):
        first = f"request_{'disk' if advice.kind == 'disk' else 'memory'} = {whole} MB"
        again = advice.kind != "disk" and retry is not None
        return f"{first}\nretry_request_memory = {retry:.0f} MB" if again else first
    if advice.kind == "checkpoint":
        return "# the job saves its state and exits with 85 once an hour; started again, it goes on from there\n" + (
            "checkpoint_exit_code = 85\ntransfer_checkpoint_files = checkpoint.dat"
        )
    if advice.kind == "osdf":
        return (
            "# put the files into OSDF once, under your namespace; a changed file gets a new name\n"
            "transfer_input_files = osdf:///NAMESPACE/FILE, ..."
        )
    if advice.kind == "bundle":
        return (
            f"# each line of bundles.txt names a file that lists {whole} inputs; the job works them off in turn\n"
            "arguments = $(bundle)\nqueue bundle from bundles.txt"
        )
    return {
        "cores": f"request_cpus = {whole}",
        "gpus": f"request_gpus = {whole}",
        "limit": f"allowed_job_duration = {whole}",
    }[advice.kind]


def sentence(advice: Advice) -> str:
    """What was seen."""
    value = amount(advice, advice.proposal.value)
    runs = f"{advice.effect.runs:,} runs"
    if advice.kind == "more_memory":
        return (
            f"{advice.effect.measured:,} of {runs} that asked for less than {value} were stopped over their memory; "
            f"half of them had {amount(advice, advice.used[1])} or more by then."
        )
    if advice.kind == "osdf":
        return (
            f"{runs} fetched input from elsewhere than OSDF that {REPEATED} or more runs of this user fetched, "
            f"half of them {amount(advice, advice.used[1])} or more. Through OSDF files come at {value} here, and from "
            "a cache nearby."
        )
    if _is_size(advice):
        verb = "kept busy" if advice.kind in ("cores", "gpus") else "used"
        return (
            f"{runs} asked for more than {value}, typically for {amount(advice, advice.asked[1])}; "
            f"95 in 100 of them {verb} no more than {amount(advice, advice.used[3])}."
        )
    if advice.kind == "checkpoint":
        return (
            f"{runs} were evicted without a checkpoint; half of them lost {amount(advice, advice.used[1])} or more. "
            f"One every {EVERY_S // 60} minutes would have kept most of it."
        )
    if advice.kind == "bundle":
        return (
            f"{runs} were good and took less than {SHORT_S // 60} minutes. {advice.proposal.value:.0f} of them in one "
            "job share their input, and wait for a slot once."
        )
    return (
        f"99 in 100 good runs took half of {value} or less, and some went on longer for nothing. "
        f"HTCondor holds what runs longer than {value}."
    )


def evidence(advice: Advice) -> str:
    """Of how many runs, and their quantiles."""
    parts = [f"{advice.effect.measured:,} of {advice.effect.runs:,} runs were measured"] if _is_size(advice) else []
    parts += [f"used {_quantiles(advice, advice.used)}"] if advice.used else []
    parts += [f"asked for {_quantiles(advice, advice.asked)}"] if advice.asked else []
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}."


def risk(advice: Advice) -> str:
    """What happens to jobs that need more."""
    if advice.kind == "checkpoint":
        return "What writing checkpoints takes is not counted."
    if advice.kind == "bundle":
        return "A bundle that is evicted loses more than one short job; waits for a slot are not counted."
    if advice.kind == "osdf":
        late = percent(advice.effect.risk) if advice.effect.risk else "None"
        return f"{late} of them had their files sooner than that; this is counted. Files in OSDF must not change."
    share = advice.effect.risk
    if share is None:
        return "How many would have needed more is not known."
    shown = percent(share) if share else "None"
    if advice.kind == "more_memory":
        return (
            f"What they needed is not known: it is taken to be enough where it is {HALF_AGAIN:g} times what they had. "
            f"For {shown.lower() if not share else shown} of them it is not. What the others hold more is counted."
        )
    if advice.kind == "limit":
        return f"{shown} of the good runs took longer and would have been held; that is counted."
    if advice.kind == "cores":
        return f"{shown} of them kept more busy and would have taken longer; that is counted."
    retried = advice.kind == "memory" and advice.proposal.retry is not None
    what = "run again with more" if retried else "been stopped and run again"
    return f"{shown} of them needed more and would have {what}; that is counted."


def tested(advice: Advice) -> str:
    """What became of it in the back-test."""
    found = advice.tested
    if found is None:
        return "Not tested: one half of the days has too few runs."
    said = (
        f"Made of the first half of these days alone it says {amount(advice, found.value)}. "
        f"In the second half that would have saved {found.effect.hours:,.0f} {advice.rule.unit}"
    )
    missed = found.effect.risk if _is_size(advice) or advice.kind == "more_memory" else None
    of = " of those that were stopped" if advice.kind == "more_memory" else ""
    return f"{said}." if missed is None else f"{said}; {percent(missed)}{of} needed more."


def counted(exchange: Exchange) -> str:
    """What hours are made of."""
    if math.isnan(exchange.memory_mib):
        return "Core hours of cores alone: how much memory goes with a core is not known."
    return (
        "A run holds as much of a machine as the larger of its shares: its cores, or the cores that go with its memory "
        f"({exchange.memory_mib:,.0f} MiB each, by {exchange.basis})."
    )


def amount(advice: Advice, value: float) -> str:
    """A value of that kind of advice, with its unit."""
    if advice.kind == "osdf" and value == advice.proposal.value:
        return f"{value:,.1f} MiB/s"
    if advice.rule.measure == "MiB":
        return f"{value / 1024:,.1f} GiB" if value >= 10_240 else f"{value:,.0f} MiB"
    if advice.kind == "bundle" and value == advice.proposal.value:
        return f"{value:,.0f} in one"
    if advice.rule.measure == "s":
        return f"{value / 3600:,.1f} h" if value >= 3600 else f"{value / 60:,.1f} min"
    number = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{number} {advice.rule.measure[:-1] if value == 1 else advice.rule.measure}"


def percent(share: float) -> str:
    """A share as text: one that is not zero never looks like it."""
    return "fewer than 0.1 %" if 0 < share < 0.001 else f"{100 * share:.1f} %".replace(".0 ", " ")


def _is_size(advice: Advice) -> bool:
    return advice.kind in ("memory", "disk", "cores", "gpus")


def _quantiles(advice: Advice, values: tuple[float, ...]) -> str:
    known = dict(zip(NAMED, values, strict=False))
    return ", ".join(f"{name} {amount(advice, known[name])}" for name in _SHOWN if name in known)
