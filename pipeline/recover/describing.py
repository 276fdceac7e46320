"""What a job's ad says of how it was submitted, as commands; or what is missing to submit it again. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.recover import quoting
from pipeline.recover.ads import Ad
from pipeline.recover.quoting import Unwritable
from pipeline.schema import submission as known

UNIVERSES = {5: "vanilla", 7: "scheduler", 12: "local"}


@dataclass(frozen=True)
class Description:
    """Commands of one job in their order, and the user's own attributes among them."""

    commands: tuple[tuple[str, str], ...]
    own: tuple[str, ...]

    @property
    def shape(self) -> tuple[str, ...]:
        """The commands' names: jobs of one shape can share a submit description."""
        return tuple(name for name, _ in self.commands)


@dataclass(frozen=True)
class Missing:
    """Why that ad is not enough to submit its job again: sentences without their full stop."""

    reasons: tuple[str, ...]


def describe(ad: Ad) -> Description | Missing:
    """The commands that make the job's attributes again, or all that stands against it."""
    reasons = [*_lacking(ad), *_not_from_here(ad)]
    commands: list[tuple[str, str]] = []
    for said in known.SAID:
        try:
            value = _value(ad, said)
        except Unwritable as why:
            reasons.append(f"{said.attribute} {why}")
            continue
        if value is not None:
            commands.append((said.command, value))
    own, more = _own(ad, reasons)
    return Missing(tuple(reasons)) if reasons else Description((*commands, *more), own)


def _lacking(ad: Ad) -> list[str]:
    lacking = [" or ".join(names) for names in known.ALWAYS if all(ad.raw(name) is None for name in names)]
    why = "only a part of the ad was read; the history file has all of it, and so has a source with whole_ads = true"
    return [f"the record lacks {', '.join(lacking)}: {why}"] if lacking else []


def _not_from_here(ad: Ad) -> Iterable[str]:
    """What else than the ad the job would need."""
    universe = ad.number(known.UNIVERSE)
    if universe is not None and universe not in UNIVERSES:
        yield f"jobs of universe {universe} are not written"
    if any(ad.raw(name) is not None for name in known.SPOOLED):
        folder = ad.text(known.SPOOLED_FROM)
        where = f" It was submitted from {folder}" if folder else ""
        yield f"its input was sent to the access point with it (spooled) and is not kept there.{where}"
    if any(ad.raw(name) is not None for name in known.ROUTED):
        yield "a router made it of another job: submit that one again"
    if universe == 7 and ad.number(known.DAG_TOTAL) is not None:
        yield "it is a DAG's own job: ask with --dag"


def _value(ad: Ad, said: known.Said) -> str | None:
    """The command's value; None where the ad needs no such line. Raises Unwritable."""
    if said.form == "universe":
        return _universe(ad)
    if said.form == "arguments":
        return _arguments(ad)
    if said.form == "environment":
        return _environment(ad)
    raw = ad.raw(said.attribute)
    if raw is None:
        return None
    if said.form == "expression":
        return quoting.expression(raw)
    text = _text(ad, said.attribute)
    if said.attribute == known.INPUT_FILES and text is not None:
        text = _without_image(text, ad.text(known.CONTAINER_IMAGE))
    if not text:
        return None if text is None else said.empty
    return None if text in said.silent else quoting.text(text)


def _without_image(listed: str, image: str | None) -> str:
    """The input files: condor_submit puts the image at their end, and would do so again."""
    return listed.removesuffix(image).removesuffix(",") if image and f",{listed}".endswith(f",{image}") else listed


def _universe(ad: Ad) -> str | None:
    if ad.raw(known.DOCKER_IMAGE) is not None:
        return "docker"
    if ad.raw(known.CONTAINER_IMAGE) is not None:
        return "container"
    return UNIVERSES.get(ad.number(known.UNIVERSE) or 0)


def _arguments(ad: Ad) -> str | None:
    if ad.raw(known.ARGUMENTS) is not None:
        return _quoted(ad, known.ARGUMENTS)
    old = _text(ad, known.ARGUMENTS_OLD)
    return quoting.old_arguments(old) if old and old.strip(" \t") else None


def _environment(ad: Ad) -> str | None:
    if ad.raw(known.ENVIRONMENT) is not None:
        return _quoted(ad, known.ENVIRONMENT)
    old = _text(ad, known.ENVIRONMENT_OLD)
    delimiter = ad.text(known.ENVIRONMENT_OLD_DELIMITER) or ";"
    return quoting.quoted(quoting.words([each for each in old.split(delimiter) if each])) if old else None


def _quoted(ad: Ad, attribute: str) -> str | None:
    text = _text(ad, attribute)
    return quoting.quoted(text) if text else None


def _text(ad: Ad, attribute: str) -> str | None:
    """The string; None where there is none. Raises Unwritable for what is none."""
    text = ad.text(attribute)
    if text is None and ad.raw(attribute) is not None:
        raise Unwritable("is no string")
    return text


def _own(ad: Ad, reasons: list[str]) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """The rest of what the submitter said, as `MY.X`, and which of it are no attributes of HTCondor's."""
    made = {said.attribute.lower() for said in known.SAID} | {
        each.lower() for each in (known.ARGUMENTS_OLD, known.ENVIRONMENT_OLD)
    }
    own, more = [], []
    for attribute, raw in ad:
        if attribute.lower() in made or not known.is_users_own(attribute) or raw.lower() == "undefined":
            continue
        try:
            more.append((f"MY.{quoting.name(attribute)}", quoting.expression(raw)))
        except Unwritable as why:
            reasons.append(f"{attribute} {why}")
            continue
        if attribute.lower() not in known.USERS_OWN:
            own.append(attribute)
    return tuple(own), more
