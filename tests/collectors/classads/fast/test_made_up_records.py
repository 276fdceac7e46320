"""Records that nobody wrote: whatever the bytes, both readers make the same of them."""

from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from collectors.classads.fast.speed import Speed
from pipeline.schema import ATTEMPT_RECORD, JOB
from tests.collectors.classads.fast.both import assert_alike
from tests.collectors.classads.fast.odd import ODD_VALUES
from tests.collectors.records import START, write

SHARED_FOLDER = settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
WANTED = sorted({name for table in (JOB, ATTEMPT_RECORD) for column in table.from_ads for name in column.attributes})
NUMBERS = sorted(
    {name for column in JOB.from_ads if column.type in ("int", "instant") for name in column.attributes[:1]}
    - {"ClusterId", "ProcId"}
)
names = st.one_of(st.sampled_from(WANTED), st.sampled_from(["Unwanted", "A", "x_1"])).flatmap(
    lambda name: st.sampled_from([name, name, name, name.lower(), name.upper()])
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\0"), max_size=30).map(
    lambda text: ('"' + text.replace('"', '\\"') + '"').encode()
)
reals = st.floats(allow_nan=False, allow_infinity=False).map(repr).map(str.encode)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**16), max_value=10**16).map(
    lambda number: format(number, "f")[:60].encode()
)
instants = st.integers(START, START + 200_000).map(lambda number: str(number).encode())
values = st.one_of(
    instants,
    st.integers(-(2**70), 2**70).map(lambda number: str(number).encode()),
    reals,
    decimals,
    texts,
    st.sampled_from([value.encode() for value in ODD_VALUES]),
    st.binary(max_size=12).filter(lambda value: b"\n" not in value),
)
equals = st.sampled_from([b" = "] * 12 + [b"=", b" =", b"= ", b"  =  "])
lines = st.builds(lambda name, sign, value: name.encode() + sign + value + b"\n", names, equals, values)
banners = st.builds(
    lambda cluster, run, word, when: (
        f'*** Offset = 0 ClusterId = {cluster} ProcId = 0 Owner = "o" CompletionDate = {when}\n'
        if word == "JOB"
        else f'*** {word} ClusterId={cluster} ProcId=0 RunInstanceId={run} Owner="o" CurrentTime={when}\n'
    ).encode(),
    st.integers(-1, 2),
    st.integers(-1, 2),
    st.sampled_from(["JOB", "JOB", "EPOCH", "SPAWN", "STARTER", "OUTPUT"]),
    st.integers(START, START + 9),
)
WHO = f'GlobalJobId = "ap1.example.org#1.0#{START}"\nEnteredCurrentStatus = {START + 100}\nJobStatus = 4\n'.encode()
records = st.builds(
    lambda who, more, banner: (WHO if who else b"") + b"".join(more) + banner,
    st.integers(0, 5).map(bool),
    st.lists(lines, max_size=6),
    banners,
)


@SHARED_FOLDER
@given(made=st.lists(records, min_size=1, max_size=25))
def test_records_of_any_lines_are_read_alike(made: list[bytes], tmp_path: Path, fast: Speed) -> None:
    assert_alike(write(tmp_path / "history", b"".join([WHO + made[0], *made])), fast)


@settings(SHARED_FOLDER, max_examples=40)
@given(made=st.lists(st.one_of(decimals, reals), min_size=50, max_size=400))
@example(made=[b"0.0005", b"0.0015", b"2.5", b"1.0000005", b"9007199254740992.5", b"0.99993612069999981"])
def test_numbers_are_rounded_as_python_rounds_them(made: list[bytes], tmp_path: Path, fast: Speed) -> None:
    ads = []
    for begin in range(0, len(made), 4):
        chosen = zip(NUMBERS[begin % 40 :], made[begin : begin + 4], strict=False)
        more = b"".join(name.encode() + b" = " + number + b"\n" for name, number in chosen)
        ads.append(WHO + more + b'*** Offset = 0 ClusterId = 1 ProcId = 0 Owner = "o" CompletionDate = 0\n')
    assert_alike(write(tmp_path / "history", b"".join(ads)), fast)


@SHARED_FOLDER
@given(body=st.binary(max_size=300), line=st.binary(max_size=40))
def test_any_bytes_are_read_alike(body: bytes, line: bytes, tmp_path: Path, fast: Speed) -> None:
    plain = WHO + b'*** Offset = 0 ClusterId = 1 ProcId = 0 Owner = "o" CompletionDate = 0\n'
    assert_alike(write(tmp_path / "history", plain + body + b"\n***" + line + b"\n" + plain), fast)
