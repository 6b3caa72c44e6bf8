"""
``dependencies`` of drafts 4 to 7 is named so, in messages and places, and not by the keywords that took its place.
"""

from __future__ import annotations

from typing import Any

import pytest

from schemadiff.decide import Terms, compare
from schemadiff.schema import load_value

ONE = {"dependencies": {"a": ["b"]}}
SCHEMA = {"dependencies": {"a": {"required": ["b"]}}}
PAIRS: list[tuple[Any, Any]] = [
    ({}, ONE),
    (ONE, {"dependencies": {"a": ["b", "c"]}}),
    (ONE, SCHEMA),
    ({}, SCHEMA),
    (SCHEMA, {"dependencies": {"a": {"required": ["b", "c"]}}}),
    ({"properties": {"o": {}}}, {"properties": {"o": SCHEMA}}),
]


@pytest.mark.parametrize("draft", ["draft-04", "draft-06", "draft-07"])
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_keyword_is_named_as_it_is_written(one: Any, other: Any, draft: str) -> None:
    uri = f"http://json-schema.org/{draft}/schema#"
    for sides in ((one, other), (other, one)):
        old, new = (load_value({"$schema": uri, **side}) for side in sides)
        findings = compare(old, new, contract="x", names=("old", "new"), terms=Terms()).findings

        assert findings
        for finding in findings:
            text = f"{finding.message} {finding.path} {finding.old_place.pointer} {finding.new_place.pointer}"
            assert "dependent" not in text, text
            assert "dependencies" in text


def test_waivers_of_dependencies_hold() -> None:
    """
    The fingerprint was made when the location was called dependentSchemas.
    """
    uri = "http://json-schema.org/draft-07/schema#"
    old, new = load_value({"$schema": uri, "type": "object"}), load_value({"$schema": uri, "type": "object", **SCHEMA})
    (finding,) = compare(old, new, contract="x", names=("old", "new"), terms=Terms()).findings

    assert finding.fingerprint == "dc5187a59c37e490"


def test_where_both_are_allowed_the_modern_name_stays() -> None:
    old, new = load_value({"type": "object"}), load_value({"type": "object", "dependentRequired": {"a": ["b"]}})
    (finding,) = compare(old, new, contract="x", names=("old", "new"), terms=Terms()).findings

    assert (finding.old_place.pointer, finding.new_place.pointer) == ("/dependentRequired", "/dependentRequired")
