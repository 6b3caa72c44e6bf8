"""
Suspected renames: properties removed and added under a similar name, with the change of unit that the names imply.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from schemadiff.changes.normalize_types import allowed_by
from schemadiff.changes.normalized_view import NormalizedView
from schemadiff.changes.shape import Shape
from schemadiff.instance import kind
from schemadiff.keywords import ABSENT
from schemadiff.keywords import names as kw
from schemadiff.keywords.scoped_schema import ScopedSchema


class Rename(NamedTuple):
    """
    A suspected rename of a property.

    Attributes:
        old, new: the names.
        factor: by which a number is multiplied to mean the same in the new unit; None if no unit changed.
    """

    old: str
    new: str
    factor: Fraction | None


_UNITS = {
    name: (dimension, Fraction(size))
    for dimension, size, names in (
        ("time", "1e-9", ("ns",)),
        ("time", "1e-6", ("us", "micros")),
        ("time", "1e-3", ("ms", "msec", "millis", "milliseconds")),
        ("time", 1, ("s", "sec", "secs", "seconds")),
        ("time", 60, ("min", "mins", "minutes")),
        ("time", 3600, ("h", "hours")),
        ("time", 86400, ("days",)),
        ("size", 1, ("bytes",)),
        ("size", 1000, ("kb",)),
        ("size", 1024, ("kib",)),
        ("size", 1000**2, ("mb",)),
        ("size", 1024**2, ("mib",)),
        ("size", 1000**3, ("gb",)),
        ("size", 1024**3, ("gib",)),
    )
    for name in names
}
"""For each unit in a name its dimension, and its size in seconds or bytes."""

_ALIKE = 0.75
"""The least similarity of two names of one property; tuned on pairs such as ``user``/``username``."""

_MOST = 40
"""Candidates on a side beyond which only names with the same stem are paired."""


def suspected_renames(
    reading: NormalizedView, gone: Mapping[Any, ScopedSchema], come: Mapping[Any, ScopedSchema]
) -> list[Rename]:
    """
    Pairs of a removed and an added property that look like a rename, best first, each property in one pair at most.
    """
    scored = []
    kinds = {name: _kinds(reading.shape(place)) for side in (gone, come) for name, place in side.items()}
    many = len(gone) * len(come) > _MOST * _MOST
    stems: dict[str, list[str]] = {}
    for name in come:
        stems.setdefault(_stem(str(name)), []).append(str(name))
    for old in gone:
        others = stems.get(_stem(str(old)), []) if many else list(map(str, come))
        for new in others:
            score = _similarity(str(old), new)
            if score >= _ALIKE and _same_kind(kinds[old], kinds[new]):
                scored.append((-score, str(old), new))
    renames: list[Rename] = []
    taken: set[tuple[str, str]] = set()
    for _, old, new in sorted(scored):
        if ("old", old) not in taken and ("new", new) not in taken:
            taken |= {("old", old), ("new", new)}
            renames.append(Rename(old, new, _factor(old, new)))
    return renames


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def _unit(name: str) -> tuple[str, Fraction] | None:
    words = _words(name)
    return _UNITS.get(words[-1]) if len(words) > 1 else None


def _stem(name: str) -> str:
    words = _words(name)
    return "".join(words[:-1] if _unit(name) else words)


def _similarity(old: str, new: str) -> float:
    if _stem(old) == _stem(new):
        return 1.0
    old, new = old.lower(), new.lower()
    shared = sum((Counter(old) & Counter(new)).values())
    if 2 * shared < _ALIKE * (len(old) + len(new)):
        # In whatever order the letters come, they are not more alike than that.
        return 0.0
    from difflib import SequenceMatcher

    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def _factor(old: str, new: str) -> Fraction | None:
    before, after = _unit(old), _unit(new)
    if before is None or after is None or before[0] != after[0] or before[1] == after[1]:
        return None
    return before[1] / after[1]


def _kinds(shape: Shape) -> frozenset[str] | None:
    values = allowed_by(shape)
    if values is not None:
        return frozenset(map(kind, values))
    types = shape.value(kw.TYPE)
    if types is ABSENT:
        return None
    named = [types] if isinstance(types, str) else types
    return frozenset("number" if word == "integer" else word for word in named)


def _same_kind(old: frozenset[str] | None, new: frozenset[str] | None) -> bool:
    return old is None or new is None or bool(old & new)
