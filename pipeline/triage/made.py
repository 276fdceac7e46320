"""A finding put together of its parts, the same way for every kind."""

from dataclasses import dataclass

from pipeline.triage.finding import Finding, Kind, changed
from pipeline.triage.looks import risk_ratio
from pipeline.triage.sums import Amounts
from pipeline.triage.taxonomy import taxonomy
from pipeline.triage.thresholds import thresholds

Effect = tuple[float, float, float]
OF_SITES = ("host", "site", "glidein factory", "HTCondor version")
BLACK_HOLE = (
    "Take the host out of the pool (drain it, or let its startd match nothing), then see what is wrong with it."
)
QUIET = "See whether it ended, or its records stopped: the page Data health tells."
PLACE = "The same users' jobs fail less elsewhere: look at the place first. For its users: "


@dataclass(frozen=True)
class Spot:
    """Where it is: values of one dimension, the worst first, and the site that hosts share; empty: the whole pool."""

    dimension: str = ""
    values: tuple[str, ...] = ()
    within: str = ""


@dataclass(frozen=True)
class What:
    """What it is: the kind of finding, the class, and the signature where one stands for all of it.

    wakes: whether it can be an alarm.
    """

    kind: Kind
    failure: str
    signature: str = ""
    new: bool = False
    wakes: bool = True


def made(what: What, spot: Spot, told: Amounts, p: float, since_utc: int | None, sentence: str) -> Finding:
    """The finding, compared with elsewhere; a storm, which is everywhere, with the time before."""
    effect = effect_of(what.kind, told)
    change = changed(told.failed, told.tried, told.failed_before, told.tried_before, effect[0])
    known = taxonomy().classes.get(what.failure)
    return Finding(
        kind=what.kind,
        failure=what.failure,
        signature=what.signature,
        dimension=spot.dimension,
        value=spot.values[0] if spot.values else "",
        values=spot.values,
        within=spot.within,
        failed=told.failed,
        tried=told.tried,
        failed_elsewhere=told.failed_elsewhere,
        tried_elsewhere=told.tried_elsewhere,
        failed_before=told.failed_before,
        tried_before=told.tried_before,
        effect=effect[0],
        effect_low=effect[1],
        effect_high=effect[2],
        p=p,
        hours=told.hours,
        jobs=told.jobs,
        since_utc=since_utc,
        new=what.new,
        alarm=what.wakes
        and (
            what.new
            or what.kind in ("storm", "quiet")
            or (change >= thresholds().smallest_change and (since_utc is not None or not told.tried_before))
        ),
        blame=_blame(spot.dimension, known.blame if known else ""),
        action=_action(what, spot),
        sentence=sentence,
    )


def effect_of(kind: Kind, told: Amounts) -> Effect:
    """Risk ratio with its interval, beside elsewhere or, of a storm or where there is no elsewhere, beside before."""
    if kind == "quiet":
        ratio = (told.tried + 0.5) / max(told.tried_before, 0.5)
        return ratio, ratio, ratio
    if kind != "storm" and told.tried_elsewhere and told.failed:
        return risk_ratio(told.failed, told.tried, told.failed_elsewhere, told.tried_elsewhere)
    if told.tried_before and told.failed:
        return risk_ratio(told.failed, told.tried, told.failed_before, told.tried_before)
    return 1.0, 0.0, float("inf")


def _action(what: What, spot: Spot) -> str:
    """What to do about it: the class's own advice is for whom it usually hits, so a place comes first."""
    known = taxonomy().classes.get(what.failure)
    if what.kind == "black_hole":
        return BLACK_HOLE
    if known is None:
        return QUIET
    is_elsewhere = spot.dimension in OF_SITES and known.blame in ("user", "job")
    return f"{PLACE if is_elsewhere else ''}{known.action}"


def _blame(dimension: str, usual: str) -> str:
    """Whose it usually is; what stands out at a host or a site is the site's, whatever the class."""
    if dimension in OF_SITES:
        return "site"
    return "network" if dimension == "cache" else usual
