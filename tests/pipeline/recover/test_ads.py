"""An archived record is read as it was written, and nothing of it is evaluated."""

from pipeline.recover.ads import parsed, string


def test_the_banner_is_left_out_and_the_last_of_two_values_counts() -> None:
    found = parsed(b'A = 1\nB="x"\na = 2\n*** Offset = 0 ClusterId = 1\n', "banners")
    assert (found.number("A"), found.text("b"), found.raw("offset")) == (2, "x", None)


def test_a_backslash_escapes_a_quotation_mark_alone() -> None:
    assert string(r'"a\"b\n\x"') == 'a"b\\n\\x'


def test_an_expression_is_no_string_and_undefined_is_nothing() -> None:
    found = parsed(b'A = strcat("a", "b")\nB = undefined\nC = "open\n', "banners")
    assert [found.text(name) for name in "ABC"] == [None, None, None]
    assert (found.raw("A"), found.raw("B")) == ('strcat("a", "b")', None)


def test_json_becomes_old_syntax() -> None:
    found = parsed(b'{"A": "x\\"y", "B": "/Expr(1 + C)/", "C": [1, "z"], "D": true, "E": null}', "json lines")
    assert [found.raw(name) for name in "ABCDE"] == ['"x\\"y"', "1 + C", '{ 1, "z" }', "true", None]
