"""
Changes of listed values point at the value that comes or goes.
"""

from __future__ import annotations

from typing import Any

import pytest

from schemadiff.changes import diff
from schemadiff.instance import format_pointer
from schemadiff.schema import load_value

BRANCHES = {"anyOf": [{"const": "x"}, {"enum": ["y"]}]}


@pytest.mark.parametrize(
    ("old", "new", "old_at", "new_at"),
    [
        ({"enum": ["a", "b", "c"]}, {"enum": ["a", "c"]}, "/enum/1", "/enum"),
        ({"enum": ["a", None, 7]}, {"enum": ["a"]}, "/enum/1", "/enum"),
        ({"enum": ["a"]}, {"enum": ["a", 7, None]}, "/enum", "/enum/1"),
        ({"anyOf": [*BRANCHES["anyOf"], {"const": "z"}]}, BRANCHES, "/anyOf/2", "/anyOf"),
        (BRANCHES, {"anyOf": [*BRANCHES["anyOf"], {"const": "z"}]}, "/anyOf", "/anyOf/2"),
        ({"enum": ["a", "b"]}, {"enum": ["c", "d"]}, "/enum/0", "/enum/0"),
        ({"const": "a"}, {"const": "b"}, "/const", "/const"),
        ({"required": ["a", "b"]}, {"required": ["a"]}, "/required/1", "/required"),
        ({"required": ["a"]}, {"required": ["a", "b"]}, "/required", "/required/1"),
    ],
)
def test_the_location_is_that_of_the_value(old: Any, new: Any, old_at: str, new_at: str) -> None:
    change = diff(load_value(old), load_value(new))[0]

    assert (format_pointer(change.old_at.pointer), format_pointer(change.new_at.pointer)) == (old_at, new_at)
