"""
Two texts that differ may have no change between them for three reasons, which the corpus check tells apart.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from schemadiff.changes import diff
from schemadiff.schema import load_value

PLACE = Path(__file__).parents[1] / "bench" / "corpus.py"
SPEC = importlib.util.spec_from_file_location("corpus_check", PLACE)
assert SPEC is not None
assert SPEC.loader is not None
CORPUS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(CORPUS)

SILENT: list[tuple[Any, Any]] = [
    ({"maximum": 3, "type": "integer"}, {"type": "integer", "maximum": 3.0}),
    (
        {"properties": {"a": {"type": "null"}}},
        {"properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "null"}, "unused": {"type": "string"}}},
    ),
    ({"minimum": 3, "exclusiveMinimum": 2}, {"minimum": 3}),
]


@pytest.mark.parametrize(("number", "pair"), list(enumerate(SILENT)))
def test_each_reason_has_its_pair(number: int, pair: tuple[Any, Any]) -> None:
    """
    No change, and the reason is the one that is meant.
    """
    old, new = map(load_value, pair)

    assert [each for each in diff(old, new) if each.edits] == []
    assert CORPUS.reason(old, new) == CORPUS.REASONS[number]


def test_a_difference_in_meaning_has_no_reason() -> None:
    """
    Silence would be counted as a failure there.
    """
    assert CORPUS.reason(load_value({"type": "string"}), load_value({"type": "integer"})) is None
