"""APEL's summaries by month, plain or normalised by a benchmark: groups in, records out.

APEL puts a summary in the place of the one before of the same site, month, user, VO, access point, cores and
benchmark: that is its subject. Groups that APEL would not tell apart are added up. A group that is no more is sent
once with zeros.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import Any

from pipeline.exports.apel import Version, layout, lines, listed, only, seconds, service_level
from pipeline.exports.apel_models import NormalisedMessage, SummaryMessage
from pipeline.exports.asked import Window
from pipeline.exports.names import Benchmarks, Names
from pipeline.exports.record import Record, Summaries
from pipeline.exports.runs import whole_cores
from pipeline.exports.summed import Group, Sums

Subject = dict[str, Any]


def summaries(names: Names, version: Version, zone: str, *, normalised: bool) -> Summaries:
    """The format. zone: of the days; ends of runs are told where its months are APEL's, those of UTC."""
    making = _Making(names, version, tells_ends=zone == "UTC", normalised=normalised)
    shape = layout("apel-normalised" if normalised else "apel-summary", version)
    return Summaries(shape, making.records, making.withdrawn, monthly=True)


@dataclass(frozen=True)
class _Making:
    names: Names
    version: Version
    tells_ends: bool
    normalised: bool

    def records(self, window: Window, groups: Iterable[Group]) -> list[Record]:
        """The summaries of a month."""
        found: dict[str, tuple[str, Benchmarks, Sums]] = {}
        for group in groups:
            benchmarks = self.names.benchmarks(group.site)
            subject = json.dumps(self._subject(window, group, benchmarks), sort_keys=True)
            sums = found[subject][2] if subject in found else Sums()
            found[subject] = (group.pool, benchmarks, sums.plus(group))
        return [
            self._record(pool, about, known, sums, window.begin_utc) for about, (pool, known, sums) in found.items()
        ]

    def withdrawn(self, pool: str, subject: str, window_utc: int) -> Record:
        """Nothing, where there was something."""
        known = {name: Decimal(factor) for name, factor in json.loads(subject)["benchmarks"].items()}
        return self._record(pool, subject, known, Sums(), window_utc)

    def _subject(self, window: Window, group: Group, benchmarks: Benchmarks) -> Subject:
        # of normalised ones APEL does not keep what they were normalised with
        told = {name: "0" if self.normalised else str(factor) for name, factor in benchmarks.items()}
        return {
            "site": self.names.apel_site(group.site),
            "month": window.first.month,
            "year": window.first.year,
            "global_user_name": self.names.apel_user(group.user),
            "vo": self.names.vo_of(group.project),
            "submit_host": group.ap,
            "node_count": 1,
            "processors": whole_cores(group.cores_milli),
            "benchmarks": told,
        }

    def _record(self, pool: str, subject: str, benchmarks: Benchmarks, sums: Sums, about_utc: int) -> Record:
        told = json.loads(subject)
        del told["benchmarks"]
        body = lines((self._normalised if self.normalised else self._plain)(told, benchmarks, sums))
        key = "htc-ledger:summary:" + sha256(subject.encode()).hexdigest()[:32]
        return Record(key, pool, body, sums.wall_s, about_utc, subject, sums.unmeasured)

    def _plain(self, told: Subject, benchmarks: Benchmarks, sums: Sums) -> SummaryMessage:
        level = service_level(benchmarks, self.version)
        return SummaryMessage(
            **told, **level, **self._durations(sums), infrastructure_type=self.names.apel.infrastructure_type
        )

    def _normalised(self, told: Subject, benchmarks: Benchmarks, sums: Sums) -> NormalisedMessage:
        return NormalisedMessage(
            **told,
            **self._durations(sums),
            infrastructure=self.names.apel.infrastructure_type,
            normalised_wall_duration=self._worth(sums.wall_s, benchmarks),
            normalised_cpu_duration=self._worth(_cpu_s(sums), benchmarks),
        )

    def _worth(self, spent_s: int, benchmarks: Benchmarks) -> str:
        """Seconds times what a core does, in whole units."""
        worth = {name: (spent_s * factor).quantize(Decimal(1), ROUND_HALF_UP) for name, factor in benchmarks.items()}
        return listed(worth) if self.version == "0.4" else str(only(worth)[1])

    def _durations(self, sums: Sums) -> Subject:
        return {
            "earliest_end_time": sums.first_end_utc if self.tells_ends else None,
            "latest_end_time": sums.last_end_utc if self.tells_ends else None,
            "wall_duration": sums.wall_s,
            "cpu_duration": _cpu_s(sums),
            "number_of_jobs": sums.runs,
        }


def _cpu_s(sums: Sums) -> int:
    """What nobody measured adds nothing, and is counted: APEL has no word for it."""
    return seconds(0 if sums.cpu_used_us is None else sums.cpu_used_us)
