"""
Languages against small facts that a reader can check.
"""

from __future__ import annotations

from itertools import islice

import pytest

from schemadiff.algebra.regex import ALL, NONE, Language

matching = Language.matching


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("b", ["b", "abc", "\nb\n"], ["", "a"]),
        ("^b$", ["b"], ["b\n", "ab", ""]),
        ("^a|b$", ["ax", "xb"], ["xa", "bx"]),
        ("^.$", ["a", "\U0001f600"], ["\n", "\u2028", "ab"]),
        (r"\bfoo\b", ["a foo", "foo", "foo-bar"], ["foobar", "xfoo"]),
        (r"^(?!foo$)[a-z]+$", ["fo", "fooo"], ["foo", "Foo"]),
        (r"(?<=a)b", ["ab", "xab"], ["b", "xb"]),
        (r"(?<!a)b", ["b", "xb", "abb"], ["ab"]),
        (r"^((?!://).)*$", ["a:/b", ""], ["a://b"]),
        (r"^(?=.*\d)(?=.*[A-Z]).{4,}$", ["aB3c"], ["ab3c", "aB3"]),
        ("a$b", [], ["ab", "a", "b"]),
    ],
)
def test_members(pattern: str, inside: list[str], outside: list[str]) -> None:
    """
    A pattern's language contains what the pattern finds, and nothing else.
    """
    language = matching(pattern)

    assert [each for each in inside if not language.contains(each)] == []
    assert [each for each in outside if language.contains(each)] == []


def test_words_are_short_and_readable() -> None:
    """
    Members come shortest first and look like data.
    """
    assert list(islice(matching("^[a-z0-9]{8}$").words(), 1)) == ["a2c4e6g8"]
    assert list(islice(matching("^[ab]{1,2}$").words(), 9)) == ["a", "b", "ab", "aa", "bb", "ba"]


def test_constants() -> None:
    """
    The two constants are what they say.
    """
    assert (~ALL).is_empty()
    assert NONE.is_empty()
    assert ~ALL == NONE
