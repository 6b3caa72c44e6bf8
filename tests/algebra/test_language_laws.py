"""
Laws of languages, on random patterns, against the plain meaning of patterns.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from denotation import Tree, finds, spell, texts, trees
from hypothesis import given, settings
from hypothesis import strategies as st

from schemadiff.algebra.regex import ALL, Language

pytestmark = pytest.mark.slow

SHORT = texts(4)
PATTERNS = st.one_of(trees(lookaround=False), trees(lookaround=True))


class Meter:
    """
    A budget that fails the test where an operation takes absurdly many steps.
    """

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, n: int = 1) -> None:
        self.left -= n

        assert self.left >= 0, "too many steps"


def language(tree: Tree) -> Language:
    return Language.matching(spell(tree))


@given(PATTERNS)
@settings(max_examples=400, deadline=None)
def test_members_are_the_texts_in_which_the_pattern_is_found(tree: Tree) -> None:
    """
    A text is a member exactly where the definition of a match says so.
    """
    found = language(tree)

    assert [each for each in SHORT if found.contains(each)] == [each for each in SHORT if finds(tree, each)]


@given(st.lists(st.tuples(PATTERNS, st.booleans()), min_size=1, max_size=3), st.integers(0, 2), st.integers(2, 6))
@settings(max_examples=400, deadline=None)
def test_shortest_member_of_a_combination(parts: list[tuple[Tree, bool]], least: int, most: int) -> None:
    """
    A combination is empty, or its shortest member satisfies all parts and nothing shorter does.
    """
    combined = Language.lengths(least, most)
    for tree, wanted in parts:
        combined = combined & language(tree) if wanted else combined - language(tree)
    expected = [
        each
        for each in SHORT
        if least <= len(each) <= most and all(finds(tree, each) == wanted for tree, wanted in parts)
    ]
    meter = Meter(100_000)
    shortest = combined.shortest(meter)

    assert combined.is_empty(meter) == (shortest is None)
    if shortest is None:
        assert expected == []
    else:
        assert least <= len(shortest) <= most
        assert all(finds(tree, shortest) == wanted for tree, wanted in parts)
        assert not expected or len(shortest) <= len(expected[0])


@given(trees(lookaround=True), trees(lookaround=True))
@settings(max_examples=150, deadline=None)
def test_words_are_sorted_distinct_members(one: Tree, other: Tree) -> None:
    """
    Members come sorted by length, each once, and none is left out.
    """
    difference = (language(one) - language(other)) & Language.matching(r"^[ab1-]*$")
    listed = list(islice(difference.words(Meter(300_000)), 40))
    lengths = [len(each) for each in listed]
    complete = lengths[-1] - 1 if len(listed) == 40 else 4

    assert lengths == sorted(lengths)
    assert len(set(listed)) == len(listed)
    assert [each for each in listed if not finds(one, each) or finds(other, each)] == []
    assert {each for each in listed if len(each) <= min(complete, 4)} == {
        each for each in SHORT if len(each) <= complete and finds(one, each) and not finds(other, each)
    }


@given(trees(lookaround=True), trees(lookaround=False))
@settings(max_examples=150, deadline=None)
def test_counting_agrees_with_listing(one: Tree, other: Tree) -> None:
    """
    Count and finiteness agree with the list of all members.
    """
    meter = Meter(400_000)
    both = language(one) & language(other) & Language.matching(r"^[ab1-]*$")
    listed = list(islice(both.words(meter), 60))

    assert both.count(60, meter) == len(listed)
    if len(listed) < 60:
        assert both.is_finite(meter)


@given(PATTERNS, PATTERNS)
@settings(max_examples=150, deadline=None)
def test_boolean_laws(one: Tree, other: Tree) -> None:
    """
    The laws of a Boolean algebra hold, by construction or by proof.
    """
    a, b, meter = language(one), language(other), Meter(400_000)

    assert ~~a == a
    assert (a & ~a).is_empty(meter)
    assert (~(a | ~a)).is_empty(meter)
    assert (~(a & b)).equivalent(~a | ~b, meter)
    assert (a - b).is_subset(a, meter)
    assert (a & b).is_subset(a | b, meter)
    assert ((a & b) | (a - b)).equivalent(a, meter)
    assert a.is_subset(b, meter) == (a | b).equivalent(b, meter)
    assert (a & ALL) == a


@given(trees(lookaround=False), trees(lookaround=False))
@settings(max_examples=150, deadline=None)
def test_greenery_agrees(one: Tree, other: Tree) -> None:
    """
    An independent library of finite machines finds the same relations.
    """
    from greenery import parse

    def machine(tree: Tree) -> Any:
        # Anchors are implied there, and some classes are spelled in another way.
        text = spell(tree)[1:-1].replace("[^]", r"[\w\W]").replace("[]", r"[^\w\W]")
        # Compared as machines: written out as patterns again, some differences take minutes.
        return parse(text.replace(".", "[^\\n\\r\u2028\u2029]")).to_fsm()

    left, right = machine(one), machine(other)
    a, b = language(one), language(other)

    assert a.is_empty() == left.empty()
    assert a.equivalent(b) == left.equivalent(right)
    assert a.is_subset(b) == left.difference(right).empty()


@given(st.sets(st.text("ab", max_size=4), max_size=12), st.sets(st.text("ab", max_size=4), max_size=12))
def test_literals_behave_like_sets(one: set[str], other: set[str]) -> None:
    """
    Finite languages combine like sets of texts.
    """
    a, b = Language.literals(one), Language.literals(other)

    assert (a & b).equivalent(Language.literals(one & other))
    assert (a | b).equivalent(Language.literals(one | other))
    assert (a - b).equivalent(Language.literals(one - other))
    assert sorted(a.words()) == sorted(one)
    assert a.count(100) == len(one)
