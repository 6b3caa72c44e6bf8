"""
Patterns that are not ECMA-262: the schema is compared, and a pattern is equal to itself only.
"""

from __future__ import annotations

from typing import Any

import pytest

from schemadiff.decide import Comparison, Terms, Verdict, compare
from schemadiff.schema import load_value

FOREIGN = ["(?i)^a", "(?s).*", "(?P<a>b)", "[", "(", "a{2,1}", "(?<=a"]
TEXT = {"type": "string"}


def compared(old: Any, new: Any) -> Comparison:
    return compare(load_value(old), load_value(new), contract="x", names=("old", "new"), terms=Terms())


@pytest.mark.parametrize("pattern", FOREIGN)
def test_a_foreign_pattern_equals_itself_and_is_noted(pattern: str) -> None:
    old = {"type": "object", "properties": {"a": {**TEXT, "pattern": pattern}}}
    new = {**old, "properties": {**old["properties"], "b": TEXT}}

    for right in (old, new):
        comparison = compared(old, right)

        assert comparison.backward.verdict is Verdict.COMPATIBLE
        (note,) = comparison.notes
        assert f"pattern {pattern!r} is not an ECMA-262 pattern" in note


@pytest.mark.parametrize("pattern", FOREIGN)
@pytest.mark.parametrize("other", ["^a", "(?i)^b"])
def test_what_depends_on_its_meaning_is_undecided(pattern: str, other: str) -> None:
    old, new = ({**TEXT, "pattern": each} for each in (pattern, other))

    assert compared(old, new).backward.verdict is Verdict.UNDECIDED
    assert compared(new, old).backward.verdict is Verdict.UNDECIDED


def test_a_break_elsewhere_is_found() -> None:
    old, new = (
        {"type": "object", "properties": {"a": {**TEXT, "pattern": "(?i)^a"}, "b": {"type": each}}}
        for each in ("string", "integer")
    )

    assert compared(old, new).backward.verdict is Verdict.BREAKING


def test_names_by_a_foreign_pattern_are_noted_too() -> None:
    old, new = ({"type": "object", "patternProperties": {"(?i)^a": {"type": each}}} for each in ("string", "integer"))

    comparison = compared(old, new)

    assert comparison.backward.verdict is Verdict.UNDECIDED
    assert len(comparison.notes) == 1
    assert not compared({"pattern": "^a"}, {"pattern": "^b"}).notes
