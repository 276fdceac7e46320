"""Names of strangers in other systems' formats."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.exports.plain import LONGEST, apel_text, apel_value, xml_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(TEXTS)
def test_an_apel_value_is_one_line_without_a_record_end_and_comes_back(text: str) -> None:
    value = apel_value(text)
    assert value.splitlines() == [value]
    assert "%%" not in value
    assert value.strip() == value
    assert apel_text(value) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=LONGEST, max_size=2 * LONGEST))
def test_a_long_apel_value_is_cut_where_apel_would_refuse_it(text: str) -> None:
    assert len(apel_value(text)) <= LONGEST


def test_long_names_stay_apart() -> None:
    assert apel_value("a" * 300 + "1") != apel_value("a" * 300 + "2")


def test_a_name_that_apel_takes_for_nothing_stays_a_name() -> None:
    assert [apel_value(name) for name in ("null", "None", "", "nonet")] == ["%6Eull", "%4Eone", "-", "nonet"]


@given(TEXTS)
def test_xml_holds_any_text_as_text(text: str) -> None:
    element = etree.Element("a")
    element.text = xml_text(text)
    found = etree.fromstring(etree.tostring(element, encoding="utf-8"))
    assert found.text == xml_text(text)
    assert list(found) == []
