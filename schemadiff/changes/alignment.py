"""
Alignment of two shapes: a conjunct that one side keeps separate is merged where the other side has it inline.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemadiff.changes.normalized_view import UNEVALUATED, NormalizedView
from schemadiff.changes.pairing import paired
from schemadiff.changes.shape import Shape, ShapeKeyword
from schemadiff.instance import equal, key
from schemadiff.keywords import names as kw

_GROUPS = (
    (kw.PROPERTIES, kw.PATTERN_PROPERTIES, kw.ADDITIONAL_PROPERTIES),
    (kw.PREFIX_ITEMS, kw.ITEMS),
    (kw.CONTAINS, kw.MIN_CONTAINS, kw.MAX_CONTAINS),
    (kw.IF, kw.THEN, kw.ELSE),
)
"""Keywords that depend on each other, and so must not be merged from different schemas."""


def aligned(reading: NormalizedView, old: Shape, new: Shape) -> tuple[Shape, Shape]:
    """
    Both shapes with those conjuncts merged that have no counterpart and conflict with no keyword.
    """
    if not old.conjuncts and not new.conjuncts:
        return old, new
    old, new = _telling(reading, old), _telling(reading, new)
    _, gone, come = paired(reading, old.children(kw.ALL_OF), new.children(kw.ALL_OF))
    return _taken_in(reading, old, new, gone), _taken_in(reading, new, old, come)


def _telling(reading: NormalizedView, shape: Shape) -> Shape:
    kept = tuple(place for place in shape.conjuncts if not reading.shape(place).open)
    return shape if len(kept) == len(shape.conjuncts) else shape._replace(conjuncts=kept)


def _taken_in(reading: NormalizedView, shape: Shape, other: Shape, spare: Sequence[object]) -> Shape:
    normalized = dict(shape.normalized)
    kept = []
    for index, place in enumerate(shape.conjuncts):
        inside = reading.shape(place)
        alike = any(name in other.normalized for name in inside.normalized)
        if index in spare and alike and not inside.conjuncts and not inside.forbidden:
            united = _united(normalized, dict(inside.normalized))
            if united is not None:
                normalized = united
                continue
        kept.append(place)
    return shape if len(kept) == len(shape.conjuncts) else shape._replace(normalized=normalized, conjuncts=tuple(kept))


def _united(outer: dict[str, ShapeKeyword], inner: dict[str, ShapeKeyword]) -> dict[str, ShapeKeyword] | None:
    """
    The conjunction of two sets of keywords as one set; None if they conflict.
    """
    if any(word in inner for word in UNEVALUATED):
        return None
    merged = dict(outer)
    for name, seen in inner.items():
        joint = _joint(name, merged[name], seen) if name in merged else seen
        if joint is None:
            return None
        merged[name] = joint
    for group in _GROUPS:
        in_both = not outer.keys().isdisjoint(group) and not inner.keys().isdisjoint(group)
        if in_both and merged.keys() & set(group) - {kw.PROPERTIES, kw.PATTERN_PROPERTIES}:
            return None
    return merged


def _joint(name: str, one: ShapeKeyword, other: ShapeKeyword) -> ShapeKeyword | None:
    if name == kw.REQUIRED:
        names = {key(each): each for each in (*one.value, *other.value)}
        return one._replace(value=list(names.values()))
    if name in (kw.PROPERTIES, kw.PATTERN_PROPERTIES):
        if {step for step, _ in one.children} & {step for step, _ in other.children}:
            return None
        return one._replace(value={**one.value, **other.value}, children=(*one.children, *other.children))
    return one if not one.children and not other.children and equal(one.value, other.value) else None
