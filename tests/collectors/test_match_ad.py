"""What jobs and slots are matched on is kept as lines: what was asked for, what that names, and nothing else."""

from pathlib import Path

from collectors.classads.ad import WantedNames, parse_text
from collectors.kinds import wanted_names
from collectors.match_ad import LARGEST, MOST_EXPRESSIONS, match_ad, named_in
from pipeline.schema import QUEUE_JOB, SLOT_AD
from pipeline.schema.pool_ads import MATCHED_ON, REQUIREMENTS

SAMPLES = Path(__file__).parent.parent.parent / "data-samples"
NAMES = WantedNames(wanted_names())


def lines(body: str, *wanted: str, table: object = SLOT_AD) -> list[str]:
    kept = match_ad(parse_text(body.encode(), NAMES), table, wanted)  # type: ignore[arg-type]
    return [] if kept is None else kept.split("\n")


def test_an_attribute_that_the_ad_lacks_is_undefined_and_one_that_nobody_asked_for_is_not_there() -> None:
    assert lines('OpSys = "LINUX"\nHasDocker = true\n', "OpSys", "HasJava") == [
        'opsys = "LINUX"',
        "hasjava = undefined",
    ]


def test_what_an_expression_names_is_kept_over_any_number_of_steps() -> None:
    body = "Start = Mine && TARGET.Wants\nMine = Deep > 3\nDeep = 5\nOther = 1\n"
    assert lines(body, "Start") == ["start = Mine && TARGET.Wants", "mine = Deep > 3", "deep = 5"]


def test_what_a_column_holds_is_left_out() -> None:
    assert lines("Start = Memory > 3\nMemory = 5\n", "Start", "Memory") == ["start = Memory > 3"]


def test_words_within_strings_are_no_attributes() -> None:
    assert named_in(rb'x == "a \" b" && TARGET.y') == [b"x", b"target", b"y"]


def test_an_ad_without_any_of_it_has_no_lines() -> None:
    assert lines("Memory = 5\n", "Start") == []


def test_lines_are_bounded_in_size_and_in_expressions() -> None:
    long = f'A = "{"x" * LARGEST}"\n'
    assert lines(f"Start = true\n{long}", "Start", "A") == ["start = true"]
    chain = "".join(f"A{step} = A{step + 1} + A{step + 1}\n" for step in range(40))
    kept = lines(chain, "A0")
    assert len(kept) == MOST_EXPRESSIONS
    loop = "A = B && B\nB = A && A\n"
    assert lines(loop, "A") == ["a = B && B", "b = A && A"]


def test_a_real_slot_says_what_default_requirements_ask_for() -> None:
    body = (SAMPLES / "pool" / "slots.long").read_bytes().split(b"\n\n")[0].decode()
    kept = dict(line.split(" = ", 1) for line in lines(body, *MATCHED_ON))
    assert (kept["start"], kept["opsys"], kept["hasfiletransfer"]) == ("true", '"LINUX"', "true")


def test_a_real_job_s_requirements_are_kept_as_they_were_written() -> None:
    body = (SAMPLES / "queue" / "ap1.long").read_bytes().split(b"\n\n")[0].decode()
    first = lines(body, REQUIREMENTS, table=QUEUE_JOB)[0]
    written = next(line for line in body.split("\n") if line.startswith(REQUIREMENTS))
    assert first == "r" + written[1:]
