"""
Reading JSON exactly, and refusing what is not JSON with a place.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from schemadiff.errors import InputError
from schemadiff.instance import loads
from schemadiff.instance.parse import MAX_DEPTH


def test_numbers_stay_what_they_are() -> None:
    """
    No number passes through a float.
    """
    text = "[9007199254740993, 30.0, 1e400, 0.1, -0.0]"

    assert loads(text) == [9007199254740993, Decimal("30.0"), Decimal("1e400"), Decimal("0.1"), Decimal("-0.0")]
    assert [type(each) for each in loads("[1, 1.0]")] == [int, Decimal]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ('{"a": 1,\n "a": 2}', 2, 2, "twice"),
        ("[1,\n 2", 2, 3, "not JSON"),
        ("[NaN]", 1, 2, "NaN is not JSON"),
        ("[1e99999]", 1, 2, "beyond"),
        ("", 1, 1, "not JSON"),
        ("{} {}", 1, 4, "extra data"),
        ('"\x01"', 1, 2, "control character"),
    ],
)
def test_what_is_refused_is_placed(text: str, line: int, column: int, words: str) -> None:
    """
    The message names line and column.
    """
    with pytest.raises(InputError) as refused:
        loads(text, name="f.json")

    assert (refused.value.line, refused.value.column) == (line, column)
    assert words in str(refused.value)
    assert refused.value.exit_code == 4


def test_bytes_that_are_not_utf8_are_placed() -> None:
    """
    The first wrong byte is named.
    """
    with pytest.raises(InputError, match="0xff") as refused:
        loads(b'{\n"a": "\xff"}')

    assert (refused.value.line, refused.value.column) == (2, 7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the text is empty"),
        ('{"a": 1', "Close what is open"),
        ('{"a": 1,}', "Take the comma out"),
        ('{"a": [1,\n]}', "Take the comma out"),
        ('// c\n{"a": 1}', "JSON has none"),
        ('{"a": 1 /* c */}', "JSON has none"),
        ("{'a': 1}", "double quotes"),
    ],
)
def test_the_slips_that_people_make_are_told_with_a_remedy(text: str, words: str) -> None:
    """
    Whatever the parser of this Python calls them.
    """
    with pytest.raises(InputError) as refused:
        loads(text)

    assert words in str(refused.value)
    assert refused.value.line is not None


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_told_as_such(coding: str) -> None:
    with pytest.raises(InputError, match="looks like UTF-16"):
        loads('{"a": 1}'.encode(coding))


def test_utf16_is_told_what_to_do() -> None:
    """
    It is what some editors on Windows write.
    """
    with pytest.raises(InputError, match="save it as UTF-8"):
        loads('{"a": 1}'.encode("utf-16"))


def test_a_byte_order_mark_is_passed_over() -> None:
    """
    Windows editors write one.
    """
    assert loads(b"\xef\xbb\xbf[1]") == [1]


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000, "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)])
def test_hostile_depth_is_an_input_error(deep: str) -> None:
    """
    Neither a crash nor a recursion error.
    """
    with pytest.raises(InputError, match="deep"):
        loads(deep)


def test_brackets_in_strings_are_no_depth() -> None:
    """
    Only structure nests.
    """
    assert loads('["' + "[" * 1000 + '"]') == ["[" * 1000]


def test_depth_at_the_limit_is_read() -> None:
    """
    The limit itself is allowed.
    """
    assert loads("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None


def test_a_repeated_key_passes_where_it_is_asked_for() -> None:
    """
    The last one wins then, as in most readers.
    """
    assert loads('{"a": 1, "a": 2}', duplicates=True) == {"a": 2}


def test_huge_integers_are_refused_not_computed() -> None:
    """
    Python would take quadratic time for them.
    """
    with pytest.raises(InputError, match="digits"):
        loads("1" * 100_000)
