"""
A proof in short: for everything that the outer schema demands, what the inner one says that implies it.

The outer schema is cut into its demands, the inner one into its statements; for each demand a smallest set of
statements is looked for that leaves no room for a violation. Where a demand and one statement are about the same
member or the same items, the outline goes on inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from schemadiff.formula import Arena, Formula, TooLarge
from schemadiff.instance import dumps, format_pointer
from schemadiff.keywords import Facet
from schemadiff.keywords import names as kw
from schemadiff.keywords.lower import Meaning
from schemadiff.keywords.lower_keyword import LOWER_KEYWORD
from schemadiff.keywords.scoped_schema import Place
from schemadiff.runtime.budget import Exhausted

_LINES = 60
_DEPTH = 6
_SHORT = 40
_TRANSPARENT = (kw.ALL_OF, kw.REF, kw.DYNAMIC_REF, kw.RECURSIVE_REF)

Refutes = Callable[[Sequence[Formula]], bool]
"""Whether some formulas together have no witness for sure."""


class _Part(NamedTuple):
    """
    One thing that a schema says.

    Attributes:
        label: where it says so and, if that is short, what.
        formula: what it means.
        inside: the one subschema that it is about, with what tells it from others; None if it is about none.
    """

    label: str
    formula: Formula
    inside: tuple[tuple[str, str | int | None], Place] | None = None


def outline(inner: Place, outer: Place, meaning: Meaning, refutes: Refutes, given: Sequence[Formula]) -> list[str]:
    """
    The outline of a proof that every instance of one schema is an instance of another, one line a demand.

    Arguments:
        inner, outer: the schemas, for which this has been proved.
        meaning: lowers them.
        refutes: asks the search.
        given: what else is known of the instances.
    """
    return _Outline(meaning, refutes).lines(inner, outer, given)


class _Outline:
    """
    One outline in the making.
    """

    def __init__(self, meaning: Meaning, refutes: Refutes) -> None:
        self.meaning = meaning
        self.arena: Arena = meaning.arena
        self.refutes = refutes
        self._told: set[tuple[int, int]] = set()

    def lines(self, inner: Place, outer: Place, given: Sequence[Formula]) -> list[str]:
        """
        See ``outline``.
        """
        found: list[str] = []
        try:
            for line in self._lines(inner, outer, [_Part("that members be declared", each) for each in given], 0):
                if len(found) == _LINES:
                    found.append("… and so on")
                    break
                found.append(line)
        except (Exhausted, TooLarge, RecursionError):
            found.append("… the rest would take longer than the budget allows")
        return found

    def _lines(self, inner: Place, outer: Place, given: list[_Part], depth: int) -> Iterator[str]:
        indent = "  " * depth
        self._told.add(self._mark(inner, outer))
        if not given and self.meaning.of(inner) is self.meaning.of(outer):
            yield f"{indent}{_pointer(outer)} means the same on both sides"
            return
        statements = [*self._parts(inner), *given]
        if self.refutes([each.formula for each in statements]):
            yield f"{indent}no instance exists, because of {_words(self._smallest(statements, self.arena.true))}"
            return
        demands = self._parts(outer)
        for demand in demands:
            yield from self._line(demand, statements, given, depth)
        if not demands:
            yield f"{indent}{_pointer(outer)} demands nothing"

    def _mark(self, inner: Place, outer: Place) -> tuple[int, int]:
        inner, outer = (self.meaning.places.straight(each) for each in (inner, outer))
        return self.meaning.identities.of(inner), self.meaning.identities.of(outer)

    def _line(self, demand: _Part, statements: list[_Part], given: list[_Part], depth: int) -> Iterator[str]:
        indent, against = "  " * depth, self.arena.dual(demand.formula)
        if self.refutes([against]):
            yield f"{indent}{demand.label} holds of every value"
            return
        same = next((each for each in statements if each.formula is demand.formula), None)
        if same is not None:
            alike = "stands on both sides" if same.label == demand.label else f"is the same as {same.label}"
            yield f"{indent}{demand.label} {alike}"
            return
        below = None if given else self._below(demand, statements)
        if below is not None and depth < _DEPTH:
            yield f"{indent}{demand.label}, from {_pointer(below[0])}:"
            if self._mark(*below) in self._told:
                yield f"{indent}  as above"
            else:
                yield from self._lines(*below, [], depth + 1)
            return
        yield f"{indent}{demand.label} follows from {_words(self._smallest(statements, against))}"

    def _below(self, demand: _Part, statements: list[_Part]) -> tuple[Place, Place] | None:
        """
        The subschemas of both sides about the same member or items, if they alone account for the demand.
        """
        if demand.inside is None:
            return None
        about, target = demand.inside
        for each in statements:
            if each.inside is not None and each.inside[0] == about:
                place = each.inside[1]
                if self.refutes([self.meaning.of(place), self.arena.dual(self.meaning.of(target))]):
                    return place, target
        return None

    def _smallest(self, statements: list[_Part], against: Formula) -> list[_Part]:
        """
        Statements of which none can be left out (Junker's QuickXplain), those that come alone first.
        """
        for each in statements:
            if self.refutes([each.formula, against]):
                return [each]
        return self._explained([], statements, against, added=False)

    def _explained(self, base: list[_Part], parts: list[_Part], against: Formula, *, added: bool) -> list[_Part]:
        if added and self.refutes([*(each.formula for each in base), against]):
            return []
        if len(parts) <= 1:
            return parts
        first, second = parts[: len(parts) // 2], parts[len(parts) // 2 :]
        of_second = self._explained([*base, *first], second, against, added=bool(first))
        of_first = self._explained([*base, *of_second], first, against, added=bool(of_second))
        return [*of_first, *of_second]

    def _parts(self, place: Place, path: tuple[Place, ...] = ()) -> list[_Part]:
        """
        All that a schema says, ``allOf`` and references taken apart.
        """
        places = self.meaning.places
        if isinstance(place.node.value, bool):
            return [] if place.node.value else [_Part(_pointer(place), self.arena.false)]
        found: list[_Part] = []
        for name, facet in places.facets(place.node).items():
            edges = ((step, target) for keyword, step, target in places.edges(place) if keyword == name)
            targets = [(step, target) for step, target in edges if isinstance(target, Place)]
            if name in _TRANSPARENT and targets and place not in path:
                for _, target in targets:
                    found.extend(self._parts(target, (*path, place)))
            else:
                found.extend(self._of_facet(place, name, facet, targets))
        return found

    def _of_facet(
        self, place: Place, name: str, facet: Facet, targets: Sequence[tuple[str | int | None, Place]]
    ) -> list[_Part]:
        formula = LOWER_KEYWORD[name](self.meaning, place, facet)
        if formula is self.arena.true:
            return []
        if name == kw.PROPERTIES:
            parts = []
            for step, target in targets:
                about = self.arena.every_property(self.meaning.names([str(step)]), self.meaning.of(target))
                if about is not self.arena.true:
                    parts.append(_Part(_pointer(target), about, ((name, str(step)), target)))
            return parts
        inside = None
        if name == kw.ITEMS and targets:
            start = len(place.node.children(kw.PREFIX_ITEMS))
            inside = ((name, start), targets[0][1])
        return [_Part(_label(place, facet), formula, inside)]


def _words(parts: Sequence[_Part]) -> str:
    return " and ".join(each.label for each in parts) or "nothing at all"


def _pointer(place: Place) -> str:
    return format_pointer(place.node.pointer) or "the schema"


def _label(place: Place, facet: Facet) -> str:
    pointer = format_pointer((*place.node.pointer, *facet.written))
    if facet.children:
        return pointer
    value = dumps(facet.value)
    return f"{pointer} {value}" if len(value) <= _SHORT else pointer
