"""
Which texts are patterns: with the u flag, by Annex B only, or not at all.
"""

from __future__ import annotations

import pytest

from schemadiff.algebra.regex import Language, PatternError, Unsupported
from schemadiff.algebra.regex.parser import MAX_NESTING, parse

# fmt: off
STRICT = [
    "", "a", "(?:)", "a{2}", "a{2,}", "a{0,3}?", "[]", "[^]", r"\/", r"\^", r"\u{1F600}", r"\ud83d\ude00", r"\cA",
    r"\0", r"\x41", r"[\b]", r"[\-a]", "(?<n>a)", "(?<$x>a)", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", r"\p{L}",
    r"\p{gc=Lu}", r"\P{General_Category=Nd}", r"\p{Any}", r"\p{ASCII}", r"[a-z\d]", r"[\d\-x]", "(a)|b", "a??",
    r"\p{digit}", r"[^\]]", "[a-]", "[-a]", r"\p{Uppercase}", r"\p{White_Space}", "|", "(|a)*", r"a{01}",
]
LEGACY = [
    r"\-", r"\a", "{", "}", "]", "a{", "a{,2}", "a{x}", r"[\d-z]", r"[a-\d]", "(?=a)*", "(?!a){2}", r"\8", r"\07",
    r"\377", r"\400", r"\c", r"\c1", r"[\c1]", r"[\c]", r"\x4", r"\u12", r"\k", r"\_", "{}", "x{1", r"\1", r"[\1]",
    r"\e", "]]", r"\ ", "a{3}{",
]
BROKEN = [
    ("(", 0), ("a)", 1), ("*", 0), ("a**", 2), ("a{2,1}", 1), ("{2}", 0), ("(?", 0), ("(?:", 0), ("[", 0), ("x[a", 1),
    ("[z-a]", 1), ("ab\\", 2), ("(?<n>a)(?<n>b)", 7), ("(?<1>a)", 3), ("(?<n", 3), ("(?P<n>a)", 0), ("(?#c)", 0),
    ("(?(1)a)", 0), ("a++", 2), ("^*", 1), ("$+", 1), (r"\b?", 2), ("(?<=a)*", 6), ("x{1}{2}", 4),
    (r"\k<n>(?<m>a)", 0), ("(?>a)", 0), ("+a", 0), ("|*", 1), ("(?'n'a)", 0), ("(?i)a", 0), ("[b-a]", 1),
]
# fmt: on


@pytest.mark.parametrize("pattern", STRICT)
def test_strict(pattern: str) -> None:
    """
    What the u flag allows is read with it.
    """
    assert not parse(pattern).legacy


@pytest.mark.parametrize("pattern", LEGACY)
def test_legacy(pattern: str) -> None:
    """
    What only Annex B allows is read as the web reads it.
    """
    assert parse(pattern).legacy


@pytest.mark.parametrize(("pattern", "offset"), BROKEN)
def test_broken(pattern: str, offset: int) -> None:
    """
    Anything else is an error, and says where.
    """
    with pytest.raises(PatternError) as caught:
        parse(pattern)

    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(a)\1", "back-reference"),
        (r"(?<n>a)\k<n>", "back-reference"),
        ("(?i:a)", "modifiers"),
        (r"\p{Script=Greek}", "property Script=Greek"),
        (r"\p{Emoji}", "property Emoji"),
        (r"\-\p{L}", r"\p in a pattern that is only valid without the u flag"),
        (r"\-\u{61}", r"\u in a pattern that is only valid without the u flag"),
        ("(" * (MAX_NESTING + 1) + ")" * (MAX_NESTING + 1), f"groups nested deeper than {MAX_NESTING}"),
        ("(" * 10_000 + ")" * 10_000, f"groups nested deeper than {MAX_NESTING}"),
        (r"\b(?=a)" * 30, "more than 24 anchors and lookarounds in a row"),
        ("a" * 100_001, "pattern longer than 100000 characters"),
    ],
)
def test_unsupported(pattern: str, reason: str) -> None:
    """
    What cannot be computed with is named.
    """
    with pytest.raises(Unsupported) as caught:
        Language.matching(pattern)

    assert caught.value.reason == reason


def test_error_outranks_unsupported() -> None:
    """
    A text that is no pattern is not excused by an unsupported construct before the error.
    """
    with pytest.raises(PatternError):
        parse(r"(a)\1(")


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        (r"^\u{1F600}$", ["\U0001f600"], ["u"]),
        (r"^\ud83d\ude00$", ["\U0001f600"], ["\ud83d"]),
        (r"^[\ud83d\ude00]$", ["\U0001f600"], ["\ud83d"]),
        (r"^\cJ$", ["\n"], ["J"]),
        (r"^\x41\u0042\t$", ["AB\t"], []),
        (r"^[\b]$", ["\b"], ["b"]),
        (r"^\0$", ["\0"], ["0"]),
        (r"^[^]$", ["\n", "a"], ["", "ab"]),
        ("^[]$", [], ["", "a"]),
        (r"^\s$", [" ", "\ufeff", "\u2028", "\u00a0", "\v"], ["\x85", "\u180e", "\x1c"]),
        (r"^\w\d$", ["_1", "a0"], ["\u00e91", "a\u0663"]),
        (r"^[\w-.]$", ["a", "-", "."], ["+"]),
        (r"^[a-\d]$", ["a", "-", "7"], ["b"]),
        (r"^a{,2}$", ["a{,2}"], ["aa"]),
        (r"^\07\8\c$", ["\x078\\c"], []),
        (r"^[\c1]$", ["\x11"], ["1", "c"]),
        (r"^\400$", [" 0"], ["\u0100"]),
        (r"^\p{Lu}\P{Lu}$", ["Aa", "\u00c9-"], ["aA"]),
        (r"^a{0}$", [""], ["a"]),
        ("^(?<year>[0-9]{4})$", ["2026"], ["026"]),
        ("^(?:a|(?:b|c){2})$", ["a", "bc"], ["b"]),
    ],
)
def test_meaning(pattern: str, inside: list[str], outside: list[str]) -> None:
    """
    Escapes and classes mean what ECMA-262 says.
    """
    language = Language.matching(pattern)

    assert [each for each in inside if not language.contains(each)] == []
    assert [each for each in outside if language.contains(each)] == []
