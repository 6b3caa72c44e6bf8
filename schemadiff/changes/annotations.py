"""
Changes of annotations, unknown keywords, identifiers and dialects, which do not affect validation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemadiff.changes.change import Change, Pair, change_of
from schemadiff.changes.normalized_view import annotation
from schemadiff.changes.shape import Spot, same_value
from schemadiff.keywords import ABSENT, MODERN, TABLE, Effect, Role
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema
from schemadiff.schema import Node

_ANNOTATIONS = tuple(row.name for row in MODERN.values() if row.role is Role.ANNOTATION and row.name != kw.FORMAT)
_KNOWN = tuple(dict.fromkeys(row.name for row in TABLE))


def annotation_changes(pair: Pair, old: ScopedSchema, new: ScopedSchema, steps: tuple[str, ...]) -> Iterator[Change]:
    """
    Changes of the annotations and unknown keywords of two subschemas, given with the references and wrappers around
    what they mean; ``steps`` lead to them from the site.
    """
    links = [[link.node for link in pair.reading.chain(place)] for place in (old, new)]
    used = {name for side in links for node in side for name in node.normalized}
    names = [name for name in _ANNOTATIONS if name in used]
    names += sorted(name for name in used if any(_unknown(node, name) for side in links for node in side))
    for name in names:
        before, after = (annotation(pair.reading, place, name) for place in (old, new))
        if same_value(before[0], after[0]):
            continue
        fact, details = (name, {}) if name in _ANNOTATIONS else _unknown_fact(name)
        yield change_of(fact, name, Effect.NONE, before, after, steps=steps, details=details)


def _unknown(node: Node, name: str) -> bool:
    keyword = node.normalized.get(name)
    return keyword is not None and keyword.row.role is Role.UNKNOWN


def _unknown_fact(name: str) -> tuple[str, dict[str, Any]]:
    if name in _KNOWN:
        return "keyword-of-another-dialect", {"name": name}
    from difflib import get_close_matches

    near = [] if name.startswith("x-") else get_close_matches(name, _KNOWN, n=1, cutoff=0.8)
    return (
        ("misspelled-keyword", {"name": name, "near": near[0]}) if near else ("unknown-keyword-changed", {"name": name})
    )


_ABOUT_DOCUMENTS = ((kw.ID, "id-changed"), (kw.VOCABULARY, "vocabulary-changed"))


def document_changes(old: Node, new: Node) -> Iterator[Change]:
    """
    Changes of two root schemas' dialect, identifier and vocabularies.
    """
    if old.dialect is not new.dialect:
        values = (old.dialect.value, new.dialect.value)
        yield _about(kw.SCHEMA, "dialect-changed", values, old, new)
    for word, fact in _ABOUT_DOCUMENTS:
        before, after = (node.normalized[word].value if word in node.normalized else ABSENT for node in (old, new))
        if before != after:
            yield _about(word, fact, (before, after), old, new)


def _about(word: str, fact: str, values: tuple[Any, Any], old: Node, new: Node) -> Change:
    before, after = (
        (value, Spot(node.document, (*node.pointer, word))) for value, node in zip(values, (old, new), strict=True)
    )
    return change_of(fact, word, Effect.NONE, before, after)
