"""Lists of nested ads are taken apart, whatever stands in them."""

import pytest

from collectors.classads.nested import nested_ads


def test_each_ad_of_a_list_keeps_its_values_unparsed() -> None:
    raw = b'{ [ Result = 1; Url = "osdf:///a;b]"; L = { 1, [ x = 2; y = 3 ] } ], [ Name = "q\\"]" ], [  ] }'
    assert [ad.raw for ad in nested_ads(raw) or []] == [
        {b"result": b"1", b"url": b'"osdf:///a;b]"', b"l": b"{ 1, [ x = 2; y = 3 ] }"},
        {b"name": b'"q\\"]"'},
        {},
    ]


def test_a_list_can_be_empty() -> None:
    assert nested_ads(b"{  }") == []


@pytest.mark.parametrize("raw", [b"", b"undefined", b"{ 1, 2 }", b'"x"', b"{ [ a = 1 ], 5 }", b"f({ [ a = 1 ] })"])
def test_what_is_no_list_of_ads_is_none(raw: bytes) -> None:
    assert nested_ads(raw) is None


@pytest.mark.parametrize(
    "raw", [b"{" * 500_000 + b"}" * 500_000, b"{" + b"[],", b"{ [" * 300_000 + b"}", b'{ [ a = "' * 100_000 + b"}"]
)
def test_deep_or_broken_lists_are_no_lists_of_ads(raw: bytes) -> None:
    assert not nested_ads(raw)


def test_more_files_than_any_job_has_are_not_listed() -> None:
    assert nested_ads(b"{" + b"[a=1]," * 100_001 + b"[a=1]}") is None
