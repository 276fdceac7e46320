"""A digest for tests of how one looks, with a name that a stranger chose."""

from dataclasses import replace

from pipeline.desk.looking import Looked
from pipeline.desk.standing import Standing
from pipeline.digest.content import Digest, Figure, Hint, Part
from pipeline.digest.period import Period
from pipeline.digest.readers import Reader
from tests.pipeline.desk.found import FULL

HOSTILE = "<script>alert(1)</script>\u202e{{ 7*7 }}\r\nBcc: eve@example.org"


def made(kind: str = "project", name: str = HOSTILE) -> Digest:
    reader = Reader(kind, name if kind != "operators" else "", "ada@example.org")  # type: ignore[arg-type]
    return Digest(
        reader=reader,
        pool=HOSTILE,
        simulated=False,
        period=Period.week("2026-W47", "UTC"),
        state="All of it is there.",
        figures=(Figure("Core hours", "core h", 110.0, 100.0), Figure("Jobs", "jobs", 1234, None)),
        good_share=0.5,
        good_share_before=None,
        waste=(Part("Held", 10.0, 0.1, "of a run that was put on hold"),),
        split_by="user",
        split=(Part(HOSTILE, 60.0, 0.6),),
        advice=(
            Hint("Ask for less memory", HOSTILE, "They used less.", "request_memory = 100 MB", "5 core hours", "None."),
        ),
        findings=(Looked(replace(FULL, sentence=HOSTILE), Standing()),) if kind == "operators" else (),
        muted=2 if kind == "operators" else 0,
        links={"Usage": "https://ledger.example.org/usage?project=%3Cscript%3E&x=1"},
    )
