"""A finding as a mail and as a webhook's JSON (documented in docs/alerts.md). Pure."""

import shlex
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from pipeline.alerts.due import Due
from pipeline.answers import iso
from pipeline.mail.message import Letter
from pipeline.terminal import visible
from pipeline.triage.finding import Finding
from pipeline.triage.sentences import share

FORMAT = 1
PAGE_HOURS = (24, 72, 168)
MOST_PLACES = 50


def link(one: Due, base_url: str) -> str:
    """The page Triage with that window; empty where the dashboard's address is not set."""
    if not base_url:
        return ""
    hours = next((h for h in PAGE_HOURS if h >= one.rule.hours), PAGE_HOURS[-1])
    asked = {"pool": one.asked.pool, "hours": hours, "until": one.asked.to_utc}
    return f"{base_url.rstrip('/')}/triage?" + urlencode(asked, errors="replace")


def payload(one: Due, base_url: str, now: datetime) -> dict[str, Any]:
    """What a webhook is sent."""
    found = one.finding
    return {
        "format": FORMAT,
        "id": one.id,
        "rule": one.rule.name,
        "pool": one.asked.pool,
        "text": found.sentence,
        "sent_utc": now.astimezone(UTC).isoformat(timespec="seconds"),
        "link": link(one, base_url) or None,
        "window": {"from_utc": iso(one.asked.from_utc), "to_utc": iso(one.asked.to_utc)},
        "finding": _finding(found),
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "key": found.key,
        "kind": found.kind,
        "class": found.failure or None,
        "signature": found.signature or None,
        "dimension": found.dimension or None,
        "places": list(found.values[:MOST_PLACES]),
        "site": found.within or (found.value if found.dimension == "site" else None),
        "since_utc": None if found.since_utc is None else iso(found.since_utc),
        "new": found.new,
        "failed": found.failed,
        "tried": found.tried,
        "failed_elsewhere": found.failed_elsewhere,
        "tried_elsewhere": found.tried_elsewhere,
        "failed_before": found.failed_before,
        "tried_before": found.tried_before,
        "core_hours": round(found.hours, 3),
        "jobs": found.jobs,
        "blame": found.blame or None,
        "action": found.action,
    }


def letter(one: Due, base_url: str) -> Letter:
    """What a person is sent."""
    found = one.finding
    lines = [
        visible(found.sentence),
        "",
        f"Pool: {visible(one.asked.pool)}",
        f"Window: {iso(one.asked.from_utc)} to {iso(one.asked.to_utc)}",
        *([f"Since: {iso(found.since_utc)}"] if found.since_utc is not None else []),
        *(_numbers(found) if found.kind != "quiet" else []),
        *([f"{found.dimension.capitalize()}: {_places(found)}"] if found.values else []),
        *([f"Message: {visible(found.signature)}"] if found.signature else []),
        f"What to do: {found.action}",
        *([f"See: {link(one, base_url)}"] if base_url else []),
        "",
        f"Sent by the rule “{one.rule.name}” of HTC Ledger. To keep it silent:",
        f"htc-ledger desk mute {found.key} --since {one.rule.hours}{_of_pool(one)} --for 1d",
    ]
    headers = {"X-HTC-Ledger-Rule": one.rule.name, "X-HTC-Ledger-Finding": found.key}
    return Letter(one.to.shown, f"[HTC Ledger] {found.sentence}", "\n".join(lines) + "\n", one.id, headers=headers)


def _of_pool(one: Due) -> str:
    return f" --pool {shlex.quote(one.rule.pool)}" if one.rule.pool else ""


def _numbers(found: Finding) -> list[str]:
    there = f"There: {found.failed:,} of {found.tried:,} attempts ({share(found.failed, found.tried)})"
    elsewhere = f"elsewhere: {share(found.failed_elsewhere, found.tried_elsewhere)}"
    before = f"before: {share(found.failed_before, found.tried_before)}"
    return [f"{there}; {elsewhere}; {before}", f"Cost: {found.hours:,.1f} core hours, {found.jobs:,} jobs"]


def _places(found: Finding) -> str:
    more = f" and {len(found.values) - MOST_PLACES} more" if len(found.values) > MOST_PLACES else ""
    return ", ".join(map(visible, found.values[:MOST_PLACES])) + more
