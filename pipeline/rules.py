"""What a cube is made by: the models' SQL, what several of them say alike, what tells failures apart, the checks; and
the digest of it all."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from pipeline.models import MODELS
from pipeline.triage import taxonomy
from pipeline.triage.shape import SHAPE_OF

MACROS = (
    # whose hours they are: see the dimension `venue`. `told_twice`: the lake holds the job that was made of it, too
    """
    CREATE MACRO venue_of(universe, told_twice, at_ce, routed_from) AS (
        CASE
            WHEN universe IN (7, 12) THEN 'access_point'
            WHEN told_twice THEN 'routed'
            WHEN at_ce OR routed_from IS NOT NULL THEN 'pilot'
            ELSE 'pool'
        END
    )
    """,
    # the word for a file's or an answer's records, of what it was recognised as
    """
    CREATE MACRO stream_of(kind) AS (
        CASE replace(kind, ', asked', '')
            WHEN 'epoch history' THEN 'epochs'
            WHEN 'startd history' THEN 'startd'
            WHEN 'pool ads' THEN 'pool'
            ELSE replace(kind, ', asked', '')
        END
    )
    """,
    # strangers' numbers that no slot and no cluster can have are not known: a sum of them would overflow
    "CREATE MACRO within(number, most) AS (CASE WHEN number BETWEEN 0 AND most THEN number END)",
    "CREATE MACRO inside(instant, first, last) AS (CASE WHEN instant BETWEEN first AND last THEN instant END)",
    # SQL's own takes the one that is known
    "CREATE MACRO lesser(a, b) AS (CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN least(a, b) END)",
    # to which bucket the end of a run assigns what no phase took of it; `ran` is used, idle or not measured
    """
    CREATE MACRO bucket_of(outcome) AS (
        CASE outcome WHEN 'succeeded' THEN 'ran' WHEN 'running' THEN 'unknown' ELSE outcome END
    )
    """,
    # seconds that two spans have in common; null where an end of one is not known
    "CREATE MACRO overlap(a, b, c, d) AS "
    "(CASE WHEN a + b + c + d IS NOT NULL THEN greatest(least(b, d) - greatest(a, c), 0) END)",
    # of a whole number that is spread evenly over `span` seconds what falls into some of them: portions that follow
    # each other add up to it; all of it where there are no seconds
    """
    CREATE MACRO portion(amount, before, up_to, span) AS (
        CASE
            WHEN span = 0 THEN amount
            ELSE (amount::HUGEINT * up_to // span - amount::HUGEINT * before // span)::BIGINT
        END
    )
    """,
    # slot1_2@glidein_7@host: several startds can run on a host
    "CREATE MACRO startd_of(name, machine) AS "
    "(CASE WHEN contains(name, '@') THEN substr(name, strpos(name, '@') + 1) ELSE coalesce(machine, name) END)",
    "CREATE MACRO counted(n, one, many) AS concat(format('{:,}', n), ' ', CASE WHEN n = 1 THEN one ELSE many END)",
    "CREATE MACRO utc_text(utc_s) AS strftime(make_timestamp(utc_s * 1000000), '%Y-%m-%d %H:%M UTC')",
    SHAPE_OF,
)
"""What several models say alike."""


@dataclass(frozen=True)
class Check:
    """A rule: its name, the sentence in its file's first line, and the rows that break it."""

    name: str
    rule: str
    sql: str


@cache
def rules() -> str:
    """Digest of all models: a cube that other ones made cannot be asked by this code."""
    digest = blake2b("".join(MACROS).encode(), digest_size=8)
    digest.update(taxonomy.text().encode())
    for name in MODELS:
        digest.update(model_sql(name).encode())
    return digest.hexdigest()


def model_sql(name: str) -> str:
    """The SELECT of a model."""
    return files("pipeline.models").joinpath(f"{name}.sql").read_text("utf-8")


def checks() -> Iterator[Check]:
    """Every check there is, by name; the first comment line of its file is the rule."""
    for file in sorted(files("pipeline.checks").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".sql"):
            sql = file.read_text("utf-8")
            yield Check(file.name.removesuffix(".sql"), sql.splitlines()[0].removeprefix("--").strip(), sql)
