"""Who we are to others: a file that is checked, and made up nowhere."""

import tomllib
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.exports.names import TEMPLATE, Names


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[apel.benchmarks]\nHEPscor23 = 15", "no benchmark that APEL knows"),
        ("[apel.benchmarks]\nhepspec = 0", "greater than 0"),
        ("[apel]\nbenchmark = 1", "Extra inputs"),
        ("[apel", "not valid TOML"),
        (
            '[apel.sites.A]\nname = "X"\nbenchmarks = { hepspec = 1 }\n'
            '[apel.sites.B]\nname = "X"\nbenchmarks = { hepspec = 2 }',
            "different benchmarks",
        ),
    ],
)
def test_a_mistake_in_the_file_is_a_message(tmp_path: Path, written: str, said: str) -> None:
    path = tmp_path / "exports.toml"
    path.write_text(written, "utf-8")
    with pytest.raises(SettingsError, match=said):
        Names.load(str(path))


def test_benchmarks_are_exact_and_known_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "exports.toml"
    path.write_text('[apel.sites.Alpha]\nname = "ALPHA-LCG2"\nbenchmarks = { hepscore23 = 15.3 }', "utf-8")
    names = Names.load(str(path))
    assert {str(name): str(factor) for name, factor in names.benchmarks("Alpha").items()} == {"HEPscore23": "15.3"}
    assert (names.apel_site("Alpha"), names.apel_site("Beta")) == ("ALPHA-LCG2", "Beta")


def test_a_file_that_is_not_there_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        Names.load(str(tmp_path / "nowhere.toml"))


def test_the_template_without_its_comment_signs_is_a_valid_file() -> None:
    text = "\n".join(line.removeprefix("#") for line in TEMPLATE.splitlines()[1:])
    assert Names.model_validate(tomllib.loads(text)).vos == {"Heron_Catalysis": "glow"}
    assert Names.model_validate(tomllib.loads(TEMPLATE)) == Names()
