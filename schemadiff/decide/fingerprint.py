"""
Fingerprints: what stands for a finding in waivers and across runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from schemadiff.changes import Change, Spot
from schemadiff.decide.messages import place_text, remembering
from schemadiff.instance import canonical
from schemadiff.keywords import ABSENT, Effect, Role
from schemadiff.schema import Document, Node, Unresolved, walk

try:
    # As the standard library's own random does: hashlib would load all of OpenSSL for this one function.
    from _sha256 import sha256  # type: ignore[import-not-found,unused-ignore]
except ImportError:
    from hashlib import sha256

_canonical = remembering(canonical)

_MOST_TARGETS = 50
"""References followed for one value; beyond it the whole document stands for what they lead to."""

_PLAIN = (str, int, Fraction)


def fingerprint(rule: str, subject: str, change: Change) -> str:
    """
    A short stand-in for a finding that survives reformatting and reordering, and changes when the break grows.

    Arguments:
        rule: the rule's id.
        subject: the contract with the version or versions compared.
        change: what the finding is about.
    """
    return _digest(rule, subject, *_marks(change))


def combined_fingerprint(subject: str, direction: str, changes: Sequence[Change]) -> str:
    """
    The same for what several changes break together: it stands for these changes and no others.
    """
    active = (change for change in changes if change.effect is not Effect.NONE)
    marks = sorted(_digest(change.fact, *_marks(change)) for change in active)
    return _digest("combined-incompatibility", subject, direction, *marks)


def remark_fingerprint(rule: str, subject: str, *parts: str) -> str:
    """
    The same for what is about no change of a schema.
    """
    return _digest(rule, subject, *parts)


def _digest(*parts: str) -> str:
    digest: str = sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return digest[:16]


def _marks(change: Change) -> Iterator[str]:
    """
    All places, since an edit that reaches one more place breaks more, and the values on both sides.
    """
    yield from sorted(map(place_text, change.paths or (change.path,)))
    yield from sorted(f"{name}={value}" for name, value in change.details.items() if isinstance(value, _PLAIN))
    if "values" in change.details:
        yield canonical(sorted(map(canonical, change.details["values"])))
        return
    yield _meaning(change.old, change.old_at)
    yield _meaning(change.new, change.new_at)


def _meaning(value: Any, spot: Spot) -> str:
    """
    A value with what it refers to: a definition that gets narrower makes the break larger.
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
    found: dict[tuple[int, object], Node] = {}
    pending = [start]
    while pending:
        for node in walk(pending.pop()):
            for target in _targets(node):
                mark = (id(target.document), target.pointer)
                if mark in found:
                    continue
                if len(found) == _MOST_TARGETS:
                    return _whole(spot.document)
                found[mark] = target
                pending.append(target)
    return "".join(sorted(canonical(each.value) for each in found.values()))


@lru_cache(maxsize=64)
def _whole(document: Document) -> str:
    return canonical(document.value)


def _targets(node: Node) -> Iterator[Node]:
    for keyword in node.normalized.values():
        if keyword.row.role is Role.REFERENCE and isinstance(keyword.value, str):
            try:
                yield node.resolve(keyword.value)
            except Unresolved:
                continue
