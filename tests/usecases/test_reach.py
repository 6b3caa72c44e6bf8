"""
Which schemas a change reaches.
"""

from __future__ import annotations

import pytest

from schemadiff.usecases.check.advice import next_version
from schemadiff.usecases.check.reach import references_in


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ('{"$ref": "b.json#/x"}', {"a/b.json"}),
        ('{"$ref":"../c/b.json"}', {"c/b.json"}),
        ('{"$ref": "#/$defs/x"}', set()),
        ('{"$ref": "https://example.com/b.json"}', set()),
        ('{"$ref": "b%20c.json"}', {"a/b c.json"}),
        ('{"$ref": "\\u0062.json"}', {"a/b.json"}),
        ('{"\\u0024ref": "b.json"}', {"*"}),
        ("$ref: b.yaml\nx: 1", {"a/b.yaml"}),
        ("- {$ref: 'b.yaml'}", {"a/b.yaml"}),
        ('{"$id": "sub/a.json", "$ref": "b.json"}', {"a/b.json", "a/sub/b.json", "a/sub/a.json", "a/sub/sub/a.json"}),
        ('{"$dynamicRef": "b.json#m"}', {"a/b.json"}),
        ("\x00\xff", set()),
    ],
)
def test_references_are_seen_in_the_text(text: str, targets: set[str]) -> None:
    assert set(references_in(text.encode(), "a/a.json")) == targets


@pytest.mark.parametrize(
    ("names", "wanted"), [(["v1"], "v2"), (["v9", "v10"], "v11"), (["1.2"], "1.3"), (["final"], "final2")]
)
def test_the_version_after_the_last(names: list[str], wanted: str) -> None:
    assert next_version(names) == wanted
