"""What a page says instead of numbers is what is the matter: a cube that is missing is not one that is outdated."""

from dashboard import notices
from pipeline.errors import CubeMissing, UsageError
from tests.dashboard.component_text import text_of


def test_without_a_cube_the_way_from_records_to_numbers_is_told() -> None:
    text = text_of(notices.of_error(CubeMissing("nothing is published in /lake/cubes", "Run `htc-ledger build`.")))
    assert "Nothing is published yet" in text
    assert "htc-ledger ingest" in text


def test_a_cube_of_another_version_is_not_called_missing() -> None:
    what = "the published cube was made by another version of HTC Ledger"
    text = text_of(notices.of_error(CubeMissing(what, "Run `htc-ledger build`.")))
    assert "The published cube was made by another version" in text
    assert "htc-ledger build" in text
    assert "ingest" not in text


def test_an_error_says_what_and_what_to_do() -> None:
    text = text_of(notices.of_error(UsageError("there is no such pool", "Choose one in the header.")))
    assert "There is no such pool" in text
    assert "Choose one in the header." in text
