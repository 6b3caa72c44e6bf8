"""
The quick look never lets a schema pass that the meta-schema refuses.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemadiff.keywords import DIALECTS, TABLE, Dialect
from schemadiff.keywords.wellformed import plainly_well_formed

NAMES = [*sorted({row.name for row in TABLE} - {"$schema", "$vocabulary"}), "x-own"]
PATTERNS = st.text(alphabet="ab^$.*+?()[]{}|\\dw1,-/", max_size=8)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    PATTERNS,
    st.sampled_from(["string", "integer", "#/a", "x.json", "a b", "#", "http://example.com/x"]),
    st.lists(st.sampled_from(["string", "null", "a", 1, 1, True]), max_size=3),
)


def schemas() -> st.SearchStrategy[Any]:
    return st.recursive(
        st.booleans() | st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3),
        lambda inner: st.dictionaries(
            st.sampled_from(NAMES),
            VALUES | inner | st.lists(inner, max_size=2) | st.dictionaries(PATTERNS, inner, max_size=2),
            max_size=3,
        ),
        max_leaves=6,
    ).filter(lambda schema: isinstance(schema, dict))


@settings(max_examples=400, deadline=None)
@given(schemas(), st.sampled_from(DIALECTS))
def test_what_passes_is_a_schema(schema: dict[str, Any], dialect: Dialect) -> None:
    """
    The other way round it may well ask.
    """
    if plainly_well_formed(schema, dialect):
        assert jsonschema_rs.meta.is_valid({**schema, "$schema": dialect.uri})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_ordinary_schema_passes(dialect: Dialect) -> None:
    """
    Else the look would be of no use.
    """
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": ["string", "null"], "pattern": "^[a-z]{1,3}$", "maxLength": 3}},
        "patternProperties": {"^x-": {"enum": [1, "1", None]}},
        "allOf": [{"minProperties": 1}],
    }

    assert plainly_well_formed(schema, dialect)


@pytest.mark.parametrize("pattern", ["a]", "a{", "[", "(?P<a>b)", "\\Z", "a{2,1}", "(", "{1}", "(?i)a"])
def test_patterns_of_any_grammar_are_strings(pattern: str) -> None:
    """
    Meta-schemas give them a format, which is not asserted.
    """
    assert plainly_well_formed({"pattern": pattern, "patternProperties": {pattern: True}}, Dialect.DRAFT7)
    assert not plainly_well_formed({"pattern": 1}, Dialect.DRAFT7)
