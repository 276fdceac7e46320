"""How a facility restyles its reports."""

from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.report.assemble import PARTS as MADE
from pipeline.report.assemble import PROJECT_PARTS, SITE_PARTS
from pipeline.report.template import PARTS, Template, as_toml, load, logo_of

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000001149444154789c6390f7ab042286"
    "ff600000272307c7388fd1160000000049454e44ae426082"
)
"""Two pixels by two."""


def written(folder: Path, text: str) -> Path:
    path = folder / "report.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_template_there_are_all_parts() -> None:
    assert load(None).parts == PARTS == tuple(MADE)


def test_the_written_template_has_every_key_and_is_one_when_its_marks_are_taken_away(tmp_path: Path) -> None:
    text = as_toml()
    assert load(written(tmp_path, text)) == Template()
    plain = "\n".join(line.removeprefix("#") for line in text.splitlines() if not line.startswith("# "))
    found = load(written(tmp_path, plain))
    assert found.model_fields_set == set(Template.model_fields)
    assert found.parts == PARTS


def test_reports_of_one_project_or_site_have_parts_and_texts_of_their_own(tmp_path: Path) -> None:
    assert (load(None).project.parts, load(None).site.parts) == (tuple(PROJECT_PARTS), tuple(SITE_PARTS))
    text = '[project]\nparts = ["next", "advice"]\n[project.texts]\nnext = "Ask us."\n[site]\ntitle = "Hours at"'
    found = load(written(tmp_path, text))
    assert (found.project.parts, found.project.texts) == (("next", "advice"), {"next": "Ask us."})
    assert (found.site.title, found.parts) == ("Hours at", PARTS)


def test_a_template_chooses_parts_and_their_order(tmp_path: Path) -> None:
    found = load(written(tmp_path, 'facility = "Prairie"\nparts = ["trend", "summary"]\n[texts]\nsummary = "We did."'))
    assert (found.facility, found.parts, found.texts) == ("Prairie", ("trend", "summary"), {"summary": "We did."})


@pytest.mark.parametrize(
    "text",
    [
        'faciliti = "x"',
        'parts = ["summery"]',
        'parts = ["trend", "trend"]',
        "parts = []",
        'colour = "red; } body { display: none"',
        'paper = "a3"',
        "top = 0",
        "not toml",
        '[texts]\nprologue = "x"',
        f'title = "{"x" * 201}"',
        '[project]\nparts = ["delivered"]',
        "[site]\ntop = 0",
        '[site]\nparts = ["failures", "failures"]',
    ],
)
def test_a_template_that_cannot_be_used_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"report\.toml"):
        load(written(tmp_path, text))


def test_a_template_that_is_not_there_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_a_logo_is_found_beside_the_template_and_told_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "logo.xyz").write_bytes(PNG)
    assert logo_of(load(written(tmp_path, 'logo = "logo.xyz"'))) == ("png", PNG)
    assert logo_of(Template()) is None


@pytest.mark.parametrize(("content", "why"), [(b"GIF89a", "no PNG"), (PNG + bytes(1 << 20), "larger"), (None, "read")])
def test_a_logo_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes | None, why: str) -> None:
    if content is not None:
        (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(SettingsError, match=why):
        logo_of(load(written(tmp_path, 'logo = "logo.png"')))
