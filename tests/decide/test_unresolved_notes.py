"""
A reference that leads to nothing at hand is never passed over in silence.
"""

from __future__ import annotations

from schemadiff.decide import Terms, Verdict, compare
from schemadiff.schema import load_value


def test_what_is_not_at_hand_on_both_sides_is_named_in_a_note() -> None:
    """
    The verdict holds if it is the same there; the reader must know that it was not looked at.
    """
    schema = {"properties": {"a": {"$ref": "https://example.com/a.json"}}}

    found = compare(load_value(schema), load_value(schema), contract="x", names=("old", "new"), terms=Terms())

    assert found.backward.verdict is Verdict.COMPATIBLE
    assert found.notes == (
        "https://example.com/a.json is not at hand; what it holds is taken to be the same on both sides.",
    )


def test_a_missing_file_is_named_by_its_path() -> None:
    schema = {"$ref": "other file.json"}

    found = compare(load_value(schema), load_value(schema), contract="x", names=("old", "new"), terms=Terms())

    assert found.notes[0].startswith("other file.json is not at hand")
