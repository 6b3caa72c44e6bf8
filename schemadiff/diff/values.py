"""
Changes of keywords that hold plain values: types, allowed values, bounds, flags, annotations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemadiff.diff.change import Change, Exchange, Pair, Put, keyword_change, keyword_spots, value_of
from schemadiff.instance import equal, key
from schemadiff.keywords import ABSENT, MODERN, Effect, Role
from schemadiff.keywords import names as kw

_BOUNDS = ((kw.MAXIMUM, kw.EXCLUSIVE_MAXIMUM, 1), (kw.MINIMUM, kw.EXCLUSIVE_MINIMUM, -1))
_APART = {kw.ENUM, kw.CONST, kw.REQUIRED, *(word for pair in _BOUNDS for word in pair[:2])}

_PLAIN = tuple(
    row.name
    for row in MODERN.values()
    if row.role is Role.ASSERTION and row.name not in _APART and row.compare is not None
)
_ANNOTATIONS = tuple(row.name for row in MODERN.values() if row.role is Role.ANNOTATION)


def value_changes(pair: Pair) -> Iterator[Change]:
    """
    What differs between two schemas in keywords without subschemas, ``required`` left to the object's members.
    """
    for name in _PLAIN:
        if name in pair.old.facets or name in pair.new.facets:
            yield from _plain(pair, name)
    yield from _allowed_values(pair)
    for inclusive, exclusive, sign in _BOUNDS:
        yield from _bound(pair, inclusive, exclusive, sign)


def annotation_changes(pair: Pair) -> Iterator[Change]:
    """
    What differs in annotations and in keywords that nobody knows.
    """
    names = [*_ANNOTATIONS, *(name for name in pair.old.facets if _unknown(pair.old, name))]
    names += [name for name in pair.new.facets if _unknown(pair.new, name) and name not in pair.old.facets]
    for name in names:
        old, new = value_of(pair.old, name), value_of(pair.new, name)
        if old is new or (old is not ABSENT and new is not ABSENT and equal(old, new)):
            continue
        fact = "unknown-keyword" if name not in MODERN else name
        yield keyword_change(pair, name, Effect.NONE, fact=fact)


def _unknown(node: Any, name: str) -> bool:
    return node.facets[name].keyword.role is Role.UNKNOWN


def _plain(pair: Pair, name: str) -> Iterator[Change]:
    row = MODERN[name]
    old, new = value_of(pair.old, name), value_of(pair.new, name)
    if old is not ABSENT and new is not ABSENT and equal(old, new):
        return
    before, after = (row.absent if each is ABSENT else each for each in (old, new))
    effect = row.compare(before, after) if row.compare else Effect.INCOMPARABLE
    if effect is not Effect.NONE:
        yield keyword_change(pair, name, effect)


def _allowed_values(pair: Pair) -> Iterator[Change]:
    """
    ``enum`` and ``const`` together, for they say the same thing.
    """
    old, new = _values(pair.old), _values(pair.new)
    if old is None and new is None:
        return
    if old is None or new is None:
        word = kw.CONST if kw.CONST in pair.old.facets or kw.CONST in pair.new.facets else kw.ENUM
        effect = Effect.NARROWED if old is None else Effect.WIDENED
        yield keyword_change(pair, word, effect, edits=_value_puts(pair))
        return
    before, after = {key(value): value for value in old}, {key(value): value for value in new}
    gone = tuple(value for name, value in before.items() if name not in after)
    come = tuple(value for name, value in after.items() if name not in before)
    if not gone and not come:
        return
    lists = kw.ENUM in pair.old.facets and kw.ENUM in pair.new.facets
    if not lists or not before.keys() & after.keys():
        word = kw.ENUM if kw.ENUM in pair.old.facets or kw.ENUM in pair.new.facets else kw.CONST
        effect = Effect.INCOMPARABLE if gone and come else Effect.NARROWED if gone else Effect.WIDENED
        yield keyword_change(pair, word, effect, edits=_value_puts(pair), details={"gone": gone, "come": come})
        return
    old_at, new_at = keyword_spots(pair, kw.ENUM)
    for fact, effect, some in (
        ("enum-value-removed", Effect.NARROWED, (gone, ())),
        ("enum-value-added", Effect.WIDENED, ((), come)),
    ):
        if some[0] or some[1]:
            edits = (Exchange(old_at, new_at, *some),)
            details = {"values": some[0] or some[1]}
            yield keyword_change(pair, kw.ENUM, effect, fact=fact, edits=edits, details=details)


def _values(node: Any) -> list[Any] | None:
    if kw.CONST in node.facets:
        return [node.facets[kw.CONST].value]
    facet = node.facets.get(kw.ENUM)
    return None if facet is None else list(facet.value)


def _value_puts(pair: Pair) -> tuple[Put, ...]:
    return tuple(
        Put(*keyword_spots(pair, word), value_of(pair.old, word), value_of(pair.new, word))
        for word in (kw.ENUM, kw.CONST)
        if word in pair.old.facets or word in pair.new.facets
    )


def _bound(pair: Pair, inclusive: str, exclusive: str, sign: int) -> Iterator[Change]:
    """
    An inclusive and an exclusive bound together: the tighter one counts.
    """
    old, new = (_tightest(node, inclusive, exclusive, sign) for node in (pair.old, pair.new))
    if old == new:
        return
    words = [word for word in (inclusive, exclusive) if word in pair.old.facets or word in pair.new.facets]
    edits = tuple(Put(*keyword_spots(pair, word), value_of(pair.old, word), value_of(pair.new, word)) for word in words)
    narrowed = old is None or (new is not None and new < old)
    effect = Effect.NARROWED if narrowed else Effect.WIDENED
    changed = [word for word in words if value_of(pair.old, word) != value_of(pair.new, word)]
    main = changed[0] if changed else words[0]
    details = {"old": _bound_text(old, sign), "new": _bound_text(new, sign)}
    yield keyword_change(pair, main, effect, fact=inclusive, edits=edits, details=details)


def _tightest(node: Any, inclusive: str, exclusive: str, sign: int) -> tuple[Any, int] | None:
    """
    The bound that counts, turned so that smaller is tighter; the second part is 1 where the bound itself is allowed.
    """
    found = [
        (sign * node.facets[word].value, allowed)
        for word, allowed in ((inclusive, 1), (exclusive, 0))
        if word in node.facets
    ]
    return min(found, default=None)


def _bound_text(bound: tuple[Any, int] | None, sign: int) -> str:
    if bound is None:
        return "none"
    value, allowed = bound
    relation = {(1, 1): "≤", (1, 0): "<", (-1, 1): "≥", (-1, 0): ">"}[sign, allowed]
    return f"{relation} {sign * value}"
