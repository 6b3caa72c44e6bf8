"""
Patterns for Python, and what Go cannot compile.
"""

from __future__ import annotations

import re
import warnings

import pytest
from denotation import Tree, finds, spell, texts, trees
from hypothesis import assume, given, settings

from schemadiff.algebra.regex import PatternError, Unsupported, re2_problem, to_python

pytestmark = pytest.mark.slow

SHORT = texts(4)


@given(trees(lookaround=True))
@settings(max_examples=300, deadline=None)
def test_python_finds_the_same(tree: Tree) -> None:
    """
    The translation is found in exactly the texts in which the pattern is.
    """
    try:
        translated = to_python(spell(tree))
    except Unsupported:
        assume(False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = re.compile(translated).search

    assert [each for each in SHORT if found(each)] == [each for each in SHORT if finds(tree, each)]


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("^a$", ["a"], ["a\n", "\na"]),
        (r"\d", ["7"], ["\u0663"]),
        (r"^\w+$", ["a_1"], ["\u00e9"]),
        (r"^\s$", ["\ufeff", "\u2029", " "], ["\x85", "\x1c"]),
        ("^.$", ["a", "\x85"], ["\n", "\r", "\u2028"]),
        (r"\bb", ["\u00e9b"], ["ab"]),
        (r"^\B$", [""], ["a"]),
        (r"^\p{Lu}$", ["\u00c9"], ["e"]),
        (r"^\u{1F600}\/$", ["\U0001f600/"], []),
        ("^[]|[^]x", ["\nx"], ["x"]),
        ("^(?<year>[0-9]+)-$", ["12-"], ["12"]),
        ("(?<=ab|c)d", ["abd", "cd"], ["bd"]),
        ("(?<!ab|c)d", ["bd", "d"], ["abd", "cd"]),
        ("^[\\w-.]&&[~~]--$", ["-&&~--"], []),
        ("^#\\ $", ["# "], []),
    ],
)
def test_python_by_example(pattern: str, inside: list[str], outside: list[str]) -> None:
    """
    The places where Python reads the same text in another way.
    """
    found = re.compile(to_python(pattern)).search

    assert [each for each in inside if not found(each)] == []
    assert [each for each in outside if found(each)] == []


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?<=a*)b", "(?i:a)", "a{99999999999}"])
def test_python_cannot(pattern: str) -> None:
    """
    What cannot be said in Python is refused.
    """
    with pytest.raises(Unsupported):
        to_python(pattern)


def test_python_needs_a_pattern() -> None:
    """
    A broken pattern is an error here as well.
    """
    with pytest.raises(PatternError):
        to_python("(")


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("^[a-z]+$", None),
        (r"^\p{Lu}\p{Letter}\d{1,1000}\.\/\-$", None),
        ("(?<name>a)", None),
        ("a{1000}", None),
        ("(a{10}){100}", None),
        ("a{x}", None),
        ("[[a-z]", None),
        ("(?=a)", "lookahead"),
        ("a(?!b)", "negative lookahead"),
        ("(?<=a)b", "lookbehind"),
        ("(?<!a)b", "negative lookbehind"),
        (r"(a)\1", "back-reference"),
        (r"(?<n>a)\k<n>", "back-reference"),
        ("a{1,1001}", "repeat count above 1000"),
        ("a{1001,}", "repeat count above 1000"),
        ("(a{11}){100}", "nested repeats above 1000"),
        ("(a{11,}){100}", "nested repeats above 1000"),
        ("(a+){1000}", None),
        (r"\u0041", r"escape \u"),
        (r"\cA", r"escape \c"),
        (r"[\b]", r"escape \b"),
        (r"\e", r"escape \e"),
        (r"\Z", r"escape \Z"),
        ("[]", "empty class"),
        ("[^]", "empty class"),
        (r"[a-\d]", "range that ends in a class"),
        ("[[:alpha:]]", "class that starts with [:"),
        (r"\p{Alphabetic}", "property Alphabetic"),
        (r"\p{gc=Lu}", "property gc=Lu"),
        ("(?<$>a)", "group name '$'"),
        ("\ud800", "lone surrogate"),
        ("(((a{1000}){1}b{1000}){1}c{900})" * 1200, "pattern too large"),
        ("(", None),
    ],
)
def test_re2(pattern: str, problem: str | None) -> None:
    """
    The problem is named; what Go compiles, or what is no pattern at all, has none.
    """
    assert re2_problem(pattern) == problem
