"""
Fingerprints, which identify findings in waivers and across runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from schemadiff.changes import Change, Spot
from schemadiff.decide.digest import digest
from schemadiff.decide.messages import memoised, place_text
from schemadiff.instance import canonical
from schemadiff.keywords import ABSENT, Effect, Role
from schemadiff.schema import Document, Node, walk


def _marked(value: Any) -> str:
    text = canonical(value)
    return digest(text) if isinstance(value, list) and len(text) > _LONG else text


_canonical = memoised(_marked)

_MOST_TARGETS = 50
"""References followed for one value; beyond it the whole document stands for what they lead to."""

_PLAIN = (str, int, Fraction)

_UNMARKED = ("promised",)
"""Details that follow from the values, and came after fingerprints were first made."""

_LONG = 10_000
"""The characters of a list beyond which its hash stands for it: a list of names may be part of a finding for each."""


def fingerprint(rule: str, subject: str, change: Change) -> str:
    """
    The identifier of a finding: it survives reformatting and reordering, and changes when the break grows. The rule is
    given by its ``fingerprint_id``, and the subject is the contract with the version or versions compared.
    """
    return digest(rule, subject, *_marks(change))


def combined_fingerprint(subject: str, direction: str, changes: Sequence[Change]) -> str:
    """
    The identifier of the finding on changes that break together.
    """
    active = (change for change in changes if change.effect is not Effect.NONE)
    marks = sorted(digest(_FORMER.get(change.fact, change.fact), *_marks(change)) for change in active)
    return digest("combined-incompatibility", subject, direction, *marks)


_FORMER = {
    "additional-properties-closed": "content-model-closed",
    "additional-properties-narrowed": "content-model-narrowed",
    "additional-properties-opened": "content-model-opened",
    "additional-properties-widened": "content-model-widened",
    "any-of-added": "choice-added",
    "any-of-removed": "choice-removed",
    "any-of-replaced-by-one-of": "choice-replaced",
    "enum-added": "values-restricted",
    "enum-removed": "values-freed",
    "enum-replaced": "values-replaced",
    "evaluated-items-changed": "items-marked",
    "evaluated-properties-changed": "content-model-marked",
    "if-added": "condition-added",
    "if-removed": "condition-removed",
    "items-became-prefix-items": "list-became-tuple",
    "null-added": "null-allowed",
    "null-removed": "null-refused",
    "one-of-added": "choice-added",
    "one-of-removed": "choice-removed",
    "one-of-replaced-by-any-of": "choice-replaced",
    "prefix-items-became-items": "tuple-became-list",
    "prefix-items-lengthened": "tuple-lengthened",
    "prefix-items-shortened": "tuple-shortened",
    "property-forbidden": "property-added",
    "property-no-longer-forbidden": "property-removed",
    "property-renamed-with-new-unit": "property-rescaled",
    "schema-no-longer-false": "schema-allowed",
    "undeclared-property-became-optional": "undeclared-name-released",
    "undeclared-property-became-required": "undeclared-name-required",
    "unevaluated-properties-closed": "content-model-closed",
    "unevaluated-properties-narrowed": "content-model-narrowed",
    "unevaluated-properties-opened": "content-model-opened",
    "unevaluated-properties-widened": "content-model-widened",
    "unwrapped-from-any-of": "unwrapped-from-choice",
    "unwrapped-from-one-of": "unwrapped-from-choice",
    "wrapped-in-any-of": "wrapped-in-choice",
    "wrapped-in-one-of": "wrapped-in-choice",
}
"""Facts by the names that they had when fingerprints were first made: a waiver survives their renaming."""


def _marks(change: Change) -> Iterator[str]:
    """
    All places of a change, since an edit that reaches one more place breaks more, and the values on both sides.
    """
    yield from sorted(_former_place(path) for path in change.paths or (change.path,))
    details = {name: value for name, value in change.details.items() if name not in _UNMARKED}
    yield from sorted(f"{name}={value}" for name, value in details.items() if isinstance(value, _PLAIN))
    if "values" in change.details:
        yield canonical(sorted(map(canonical, change.details["values"])))
        return
    yield _meaning(change.old, change.old_at)
    yield _meaning(change.new, change.new_at)


def _former_place(path: tuple[str, ...]) -> str:
    """
    A location by the name that it had when fingerprints were first made.
    """
    return place_text(path).replace("‹dependencies(", "‹dependentSchemas(")


def _meaning(value: Any, spot: Spot) -> str:
    """
    A value with the schemas that it refers to: a definition that gets narrower makes the break larger.
    """
    if value is ABSENT:
        return "none"
    text = _canonical(value)
    return text + _behind(spot) if isinstance(value, dict) and '"$' in text else text


def _behind(spot: Spot) -> str:
    try:
        start = spot.document.node(spot.pointer)
    except LookupError:
        return ""
    result: dict[tuple[int, object], Node] = {}
    pending = [start]
    while pending:
        for node in walk(pending.pop()):
            for target in _targets(node):
                mark = (id(target.document), target.pointer)
                if mark in result:
                    continue
                if len(result) == _MOST_TARGETS:
                    return _whole(spot.document)
                result[mark] = target
                pending.append(target)
    return "".join(sorted(canonical(each.value) for each in result.values()))


@lru_cache(maxsize=64)
def _whole(document: Document) -> str:
    return canonical(document.value)


def _targets(node: Node) -> Iterator[Node]:
    for keyword in node.normalized.values():
        if keyword.row.role is Role.REFERENCE and isinstance(keyword.value, str):
            target = node.resolve(keyword.value)
            if isinstance(target, Node):
                yield target
