"""
Pairing of old and new branches by content, name, discriminator and similarity, never by index.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any

from schemadiff.changes.identity import identity
from schemadiff.changes.normalize_types import allowed_by
from schemadiff.changes.normalized_view import REFERENCES, NormalizedView, annotation
from schemadiff.changes.shape import Step
from schemadiff.instance import canonical
from schemadiff.keywords import ABSENT
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema

_MOST_PAIRS = 10_000
"""Combinations beyond which branches are paired by name and content only, not by similarity."""

ALIKE = 0.5
"""The share of common features from which two branches are taken for one edited branch."""


def paired(
    reading: NormalizedView, old: Mapping[Any, ScopedSchema], new: Mapping[Any, ScopedSchema]
) -> tuple[list[tuple[Step, Step]], list[Step], list[Step]]:
    """
    Pair the branches of two lists by content, whatever their order.

    Returns:
        The steps of the pairs in new's order, of the branches of old that are left over, and of those of new.
    """
    left, right = dict(old), dict(new)
    pairs: list[tuple[Step, Step]] = []
    _pair_by(reading.number, left, right, pairs, repeated=True)
    for mark in (branch_name, _discriminator):
        _pair_by(partial(mark, reading), left, right, pairs, repeated=False)
    if len(left) * len(right) <= _MOST_PAIRS:
        scored = sorted(
            (
                (-score, i, j)
                for i, before in left.items()
                for j, after in right.items()
                if (score := likeness(reading, before, after)) >= ALIKE
            ),
            key=lambda each: (each[0], str(each[1]), str(each[2])),
        )
        for _, i, j in scored:
            if i in left and j in right:
                pairs.append((i, j))
                del left[i], right[j]
    order = {step: index for index, step in enumerate(new)}
    pairs.sort(key=lambda each: order[each[1]])
    return pairs, list(left), list(right)


def _pair_by(
    mark: Callable[[ScopedSchema], Hashable],
    left: dict[Any, ScopedSchema],
    right: dict[Any, ScopedSchema],
    pairs: list[tuple[Step, Step]],
    *,
    repeated: bool,
) -> None:
    """
    Pair the branches with equal keys. A key that occurs several times pairs equal branches only.
    """
    there: dict[Hashable, list[Any]] = {}
    for j, place in right.items():
        there.setdefault(mark(place), []).append(j)
    here: dict[Hashable, list[Any]] = {}
    for i, place in left.items():
        here.setdefault(mark(place), []).append(i)
    for each, steps in here.items():
        others = there.get(each, [])
        if each is None or not others or (not repeated and (len(steps) > 1 or len(others) > 1)):
            continue
        for i, j in zip(steps, others, strict=False):
            pairs.append((i, j))
            del left[i], right[j]


def branch_name(reading: NormalizedView, place: ScopedSchema) -> str | None:
    """
    The name of a branch: its title, or the name of the definition it refers to.
    """
    title, _ = annotation(reading, place, kw.TITLE)
    if isinstance(title, str):
        return title
    for link in reading.chain(place):
        for word in REFERENCES:
            keyword = link.node.normalized.get(word)
            if keyword is not None and isinstance(keyword.value, str):
                return keyword.value.rpartition("/")[2] or keyword.value
    return None


def _discriminator(reading: NormalizedView, place: ScopedSchema) -> str | None:
    """
    The properties that a branch pins to one value, which discriminate it from the others.
    """
    pinned = {}
    for name, child in reading.shape(place).children(kw.PROPERTIES).items():
        values = allowed_by(reading.shape(child))
        if values is not None and len(values) == 1:
            pinned[str(name)] = values[0]
    return canonical(pinned) if pinned else None


def branch_label(reading: NormalizedView, place: ScopedSchema) -> str:
    """
    A short label of a branch by its content, never by its index.
    """
    named = branch_name(reading, place) or _discriminator(reading, place)
    value = place.node.value
    if named is None and isinstance(value, dict):
        word = reading.shape(place).value(kw.TYPE)
        named = canonical(value if word is ABSENT else word).strip('"')
    named = named if named is not None else str(value).lower()
    return named if len(named) <= 40 else named[:39] + "…"


def likeness(reading: NormalizedView, old: ScopedSchema, new: ScopedSchema) -> float:
    """
    The similarity of two branches: the share of common property names and keyword values, 0 to 1.
    """
    (before, exactly), (after, there) = _features(reading, old), _features(reading, new)
    if not before or not after:
        return 0.0
    # Among those that are alike by name, the one with more members untouched is liker.
    untouched = len(exactly & there) / max(len(exactly), len(there), 1)
    return len(before & after) / max(len(before), len(after)) + untouched / 1000


def _features(reading: NormalizedView, place: ScopedSchema) -> tuple[frozenset[Any], frozenset[Any]]:
    """
    The features of a branch: keyword and property names with plain values, and subschemas by meaning.
    """
    core = reading.straight(place)
    features = reading.features.get(core)
    if features is None:
        parts: set[Any] = set()
        inner: set[Any] = set()
        shapes = [core]
        # What a branch says in conjuncts it says as well as what it says itself.
        for inside in shapes:
            shape = reading.shape(inside)
            if shape.forbidden:
                parts.add(False)
            shapes.extend(
                conjunct for conjunct in shape.conjuncts if len(shapes) < _MOST_CONJUNCTS and conjunct not in shapes
            )
            for name, seen in shape.normalized.items():
                if seen.children:
                    parts |= {(name, step) for step, _ in seen.children}
                    inner |= {(name, step, reading.number(child)) for step, child in seen.children}
                else:
                    parts.add((name, identity(seen.value)))
        features = reading.features[core] = (frozenset(parts), frozenset(inner))
    return features


_MOST_CONJUNCTS = 20
