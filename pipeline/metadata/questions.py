"""Questions about names, downtimes and promises to the cube, as SQL with its values. `Cube` runs them.

The pools, and the projects if not all, are those that the viewer may see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.errors import UsageError
from pipeline.serving.rollups import smallest

Question = tuple[str, list[Any]]
UNMAPPED = ("project", "site", "institution", "contributing institution", "field", "user")
"""What can lack a registration."""


@dataclass(frozen=True)
class Scope:
    """What is asked about: pools, days of the reporting zone (both included; None: all), and the viewer's projects.

    tables   those of the cube: roll-ups among them are asked instead of all of the usage
    """

    pools: Sequence[str]
    first: date | None = None
    last: date | None = None
    projects: frozenset[str] | None = None
    tables: frozenset[str] = frozenset()

    @property
    def values(self) -> list[Any]:
        """The values of `_SCOPED`, in order."""
        projects = None if self.projects is None else sorted(self.projects)
        return [list(self.pools), self.first, self.last, projects]


_SCOPED = """
    scoped AS (
        SELECT
            usage_day.pool,
            usage_day.day,
            usage_day.project,
            usage_day.site,
            usage_day.resource,
            usage_day."user",
            project_day.registered AS registered_project,
            site_day.registered AS registered_site,
            site_day.place AS facility,
            sum(usage_day.mcore_s)::BIGINT AS mcore_s
        FROM usage_day
        INNER JOIN project_day USING (pool, day, project)
        INNER JOIN site_day USING (pool, day, site, resource)
        WHERE
            usage_day.booking = 'used'
            AND usage_day.venue = 'pool'
            AND list_contains($1, usage_day.pool)
            AND ($2::DATE IS NULL OR usage_day.day >= $2::DATE)
            AND ($3::DATE IS NULL OR usage_day.day <= $3::DATE)
            AND ($4::VARCHAR[] IS NULL OR list_contains($4::VARCHAR[], project_day.registered))
        GROUP BY ALL
    )
"""

_ASKED = """
    fact.booking = 'used'
    AND fact.venue = 'pool'
    AND list_contains($1, fact.pool)
    AND ($2::DATE IS NULL OR fact.day >= $2::DATE)
    AND ($3::DATE IS NULL OR fact.day <= $3::DATE)
"""


def _of_projects(scope: Scope) -> str:
    """The same by project alone, from the smallest table that has it."""
    return f"""
        of_project AS (
            SELECT fact.pool, fact.day, project_day.registered AS registered_project, fact.mcore_s
            FROM {smallest("usage_day", ("project",), scope.tables)} AS fact
            INNER JOIN project_day USING (pool, day, project)
            WHERE {_ASKED} AND ($4::VARCHAR[] IS NULL OR list_contains($4::VARCHAR[], project_day.registered))
        )
    """


def _of_sites(scope: Scope) -> str:
    """The same by site alone; for who does not see all projects, of those that he sees."""
    columns: tuple[str, ...]
    if scope.projects is None:
        seen, columns = "$4::VARCHAR[] IS NULL", ("site", "resource")
    else:
        seen, columns = "list_contains($4::VARCHAR[], project_day.registered)", ("project", "site", "resource")
    return f"""
        of_site AS (
            SELECT
                fact.pool,
                fact.day,
                site_day.registered AS registered_site,
                site_day.place AS facility,
                fact.mcore_s
            FROM {smallest("usage_day", columns, scope.tables)} AS fact
            INNER JOIN site_day USING (pool, day, site, resource)
            {"" if scope.projects is None else "INNER JOIN project_day USING (pool, day, project)"}
            WHERE {_ASKED} AND {seen}
        )
    """


def unmapped(scope: Scope, kinds: Sequence[str]) -> Question:
    """Names that no metadata know, by kind, those with most core hours first; what is suggested for a project.

    Columns: kind, name, cpu_h, first_day, last_day, suggestion. Raises UsageError for an unknown kind.
    """
    unknown = [kind for kind in kinds if kind not in UNMAPPED]
    if unknown:
        raise UsageError(f"there are no unmapped {unknown[0]!r}", f"Known: {', '.join(UNMAPPED)}.")
    sql = f"""
        WITH {_SCOPED},
        lacking AS (
            SELECT 'project' AS kind, scoped.*, scoped.project AS name
            FROM scoped INNER JOIN project_day USING (pool, day, project)
            WHERE NOT is_registered
            UNION ALL
            SELECT 'site' AS kind, scoped.*, scoped.site AS name
            FROM scoped INNER JOIN site_day USING (pool, day, site, resource)
            WHERE NOT is_registered AND scoped.site <> 'unattributed'
            UNION ALL
            SELECT 'institution' AS kind, scoped.*, registered_project AS name
            FROM scoped INNER JOIN project_day USING (pool, day, project)
            WHERE is_registered AND consumer = 'unmapped'
            UNION ALL
            SELECT 'contributing institution' AS kind, scoped.*, registered_site AS name
            FROM scoped INNER JOIN site_day USING (pool, day, site, resource)
            WHERE is_registered AND contributor = 'unmapped'
            UNION ALL
            SELECT 'field' AS kind, scoped.*, registered_project AS name
            FROM scoped INNER JOIN project_day USING (pool, day, project)
            WHERE is_registered AND field_title = 'unmapped'
            UNION ALL
            SELECT 'user' AS kind, scoped.*, scoped."user" AS name
            FROM scoped INNER JOIN user_day USING (pool, day, "user")
            WHERE NOT is_registered
        )
        SELECT
            lacking.kind,
            lacking.name,
            sum(lacking.mcore_s) / 3600000 AS cpu_h,
            strftime(min(lacking.day), '%Y-%m-%d') AS first_day,
            strftime(max(lacking.day), '%Y-%m-%d') AS last_day,
            any_value(concat('institution: ', project_prefix.institution))
                FILTER (WHERE project_prefix.institution IS NOT NULL) AS suggestion
        FROM lacking
        LEFT JOIN project_prefix
            ON lacking.kind = 'project'
            AND project_prefix.prefix = split_part(lacking.name, '_', 1)
        WHERE list_contains($5, lacking.kind)
        GROUP BY lacking.kind, lacking.name
        ORDER BY cpu_h DESC NULLS LAST, lacking.kind, lacking.name
    """
    return sql, [*scope.values, list(kinds)]


def downtimes(scope: Scope, zone: str) -> Question:
    """Downtimes that overlap the days, the newest first, with the core hours that their site gave meanwhile.

    Columns: downtime_id, site, resource, facility, severity, is_planned, from_utc, to_utc, cpu_h, title, source.
    `cpu_h` are the hours of the site's days that the downtime touches, days being whole.
    """
    sql = f"""
        WITH {_of_sites(scope)},
        asked AS (
            SELECT
                *,
                CAST(timezone($5, to_timestamp(from_utc)) AS DATE) AS begin_day,
                CAST(timezone($5, to_timestamp(to_utc)) AS DATE) AS end_day
            FROM downtime
            WHERE pool IS NULL OR list_contains($1, pool)
        )
        SELECT
            asked.downtime_id,
            asked.site,
            asked.resource,
            asked.facility,
            asked.severity,
            asked.is_planned,
            asked.from_utc,
            asked.to_utc,
            sum(of_site.mcore_s) / 3600000 AS cpu_h,
            asked.title,
            asked.source
        FROM asked
        LEFT JOIN of_site
            ON of_site.registered_site = asked.site
            AND of_site.day BETWEEN asked.begin_day AND asked.end_day
        WHERE ($2::DATE IS NULL OR asked.end_day >= $2::DATE) AND ($3::DATE IS NULL OR asked.begin_day <= $3::DATE)
        GROUP BY ALL
        ORDER BY asked.from_utc DESC, asked.site, asked.downtime_id
    """
    return sql, [*scope.values, zone]


def commitments(scope: Scope, kinds: Sequence[str]) -> Question:
    """Pledges, allocations and awards whose days overlap those asked for, with what was delivered or used.

    Columns: kind, of_kind (site, facility or project), owner, number, title, first_day, last_day, share_ppm (null where
    no share is stated), promised_h, delivered_h, share_of_promise (null where nothing is promised), resource_group,
    source. Delivered are the core hours, as used, of the commitment's days among those asked for: at that site or
    facility, or by that project. An allocation that is bound to a resource group is spent beyond what is known here:
    null.
    """
    sql = f"""
        WITH {_of_projects(scope)}, {_of_sites(scope)},
        asked AS (
            SELECT *
            FROM commitment
            WHERE
                list_contains($5, kind)
                AND (pool IS NULL OR list_contains($1, pool))
                AND ($2::DATE IS NULL OR last_day IS NULL OR last_day >= $2::DATE)
                AND ($3::DATE IS NULL OR first_day IS NULL OR first_day <= $3::DATE)
                AND ($4::VARCHAR[] IS NULL OR (of_kind = 'project' AND list_contains($4::VARCHAR[], owner)))
        ),
        delivered AS (
            SELECT pool, day, 'project' AS of_kind, registered_project AS owner, mcore_s FROM of_project
            UNION ALL
            SELECT pool, day, 'site' AS of_kind, registered_site AS owner, mcore_s FROM of_site
            UNION ALL
            SELECT pool, day, 'facility' AS of_kind, facility AS owner, mcore_s FROM of_site
        ),
        added AS (
            SELECT
                asked.* EXCLUDE (pool),
                coalesce(sum(delivered.mcore_s), 0)::BIGINT AS given_mcore_s
            FROM asked
            LEFT JOIN delivered
                ON delivered.of_kind = asked.of_kind
                AND delivered.owner = asked.owner
                AND delivered.pool = coalesce(asked.pool, delivered.pool)
                AND delivered.day >= coalesce(asked.first_day, delivered.day)
                AND delivered.day <= coalesce(asked.last_day, delivered.day)
            GROUP BY ALL
        ),
        known AS (
            SELECT *, CASE WHEN resource_group IS NULL THEN given_mcore_s END AS mcore_s FROM added
        )
        SELECT
            kind,
            of_kind,
            owner,
            number,
            title,
            strftime(first_day, '%Y-%m-%d') AS first_day,
            strftime(last_day, '%Y-%m-%d') AS last_day,
            share_ppm,
            promised_s / 3600 AS promised_h,
            mcore_s / 3600000 AS delivered_h,
            mcore_s / (nullif(promised_s, 0) * 1000) AS share_of_promise,
            resource_group,
            source
        FROM known
        ORDER BY kind, owner, first_day NULLS FIRST, number
    """
    return sql, [*scope.values, list(kinds)]
