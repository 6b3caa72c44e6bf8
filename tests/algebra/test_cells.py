"""
The cells into which languages cut all texts.
"""

from __future__ import annotations

from itertools import islice

from denotation import Tree, finds, spell, texts, trees
from hypothesis import given, settings
from hypothesis import strategies as st

from schemadiff.algebra.minterms import cells
from schemadiff.algebra.regex import Language

SHORT = texts(3)


@given(st.lists(trees(lookaround=True), max_size=3), st.lists(st.sampled_from(SHORT), max_size=3))
@settings(max_examples=100, deadline=None)
def test_every_text_lies_in_one_cell(patterns: list[Tree], names: list[str]) -> None:
    """
    Cells are disjoint, none is empty, and their signs are those of their texts.
    """
    found = list(cells([Language.matching(spell(each)) for each in patterns], names=names))

    for text in SHORT:
        homes = [each for each in found if each.language.contains(text)]
        assert len(homes) == 1
        assert homes[0].inside == tuple(finds(each, text) for each in patterns)
        assert homes[0].name == (text if text in names else None)
    for each in found:
        listed = list(islice(each.words(), 3))
        assert len(listed) == each.size(3) > 0


def test_cells_of_an_object() -> None:
    """
    Names come one by one, then what the patterns leave of the rest.
    """
    extension, short = Language.matching("^x-"), Language.lengths(0, 2)
    found = list(cells([extension, short], names=["id", "x-a"]))

    assert [(each.name, each.inside) for each in found] == [
        ("id", (False, True)),
        ("x-a", (True, False)),
        (None, (True, True)),
        (None, (True, False)),
        (None, (False, True)),
        (None, (False, False)),
    ]
    assert [next(each.words()) for each in found[2:]] == ["x-", "x-c", "", "a2c"]
    assert found[2].size(10) == 1
    assert found[3].size(10) == 10
    assert [each.name for each in cells([extension], within=Language.literals(["x-b", "c"]), names=["c", "d"])] == [
        "c",
        None,
    ]
