"""
Unsatisfiability that is seen without a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from schemadiff.formula import terms
from schemadiff.formula.arena import Arena
from schemadiff.formula.terms import Formula
from schemadiff.runtime.budget import Meter

_MOST = 200
"""So many parts of a conjunction are looked at."""


class Glance:
    """
    Looks at the parts of conjunctions, and remembers which are unsatisfiable.
    """

    def __init__(self, arena: Arena, meter: Meter) -> None:
        self._arena = arena
        self._meter = meter
        self._known: dict[frozenset[Formula], bool] = {}

    def unsatisfiable(self, parts: Iterable[Formula]) -> bool:
        """
        Whether a conjunction has no witness because of its types, or because of small sets of values.
        """
        mark = frozenset(parts)
        result = self._known.get(mark)
        if result is None:
            result = self._known[mark] = self._unsatisfiable(mark)
        return result

    def _unsatisfiable(self, parts: frozenset[Formula]) -> bool:
        mask = terms.ANY
        strings: frozenset[str] | None = None
        numbers: frozenset[Fraction] | None = None
        excluded: set[Any] = set()
        for part in flat_parts(self._arena, parts):
            self._meter.tick()
            mask &= self._arena.kinds(part)
            if isinstance(part, terms.StringIn):
                strings = part.strings if strings is None else strings & part.strings
            elif isinstance(part, terms.NumberIn):
                numbers = part.numbers if numbers is None else numbers & part.numbers
            elif isinstance(part, terms.StringNotIn):
                excluded |= part.strings
            elif isinstance(part, terms.NumberNotIn):
                excluded |= part.numbers
        if strings is not None and not strings - excluded:
            mask &= ~terms.STRING
        if numbers is not None and not numbers - excluded:
            mask &= ~terms.NUMBER
        return not mask


def flat_parts(arena: Arena, parts: Iterable[Formula]) -> Iterator[Formula]:
    """
    The atoms and disjunctions of a conjunction, references expanded; of a large conjunction some of them.
    """
    pending, seen = list(parts), set[Formula]()
    while pending:
        part = pending.pop()
        if part in seen or len(seen) > _MOST:
            continue
        seen.add(part)
        if isinstance(part, terms.And):
            pending.extend(part.parts)
        elif isinstance(part, terms.Reference):
            pending.append(arena.expanded(part))
        else:
            yield part
