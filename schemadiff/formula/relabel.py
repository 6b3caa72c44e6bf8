"""
The formula about a value after the string at one location has been replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from schemadiff.formula import terms
from schemadiff.formula.arena import Arena
from schemadiff.formula.evaluate import Evaluator
from schemadiff.formula.terms import (
    STRING,
    AtLeast,
    AtMost,
    Atom,
    EveryProperty,
    Formula,
    OptionalItem,
    RequiredItem,
    SomeProperty,
    TypedAtom,
    unhandled,
)

Path: TypeAlias = "tuple[str | int, ...]"


def relabel(arena: Arena, formula: Formula, path: Path, swaps: Mapping[str, str]) -> Formula:
    """
    The formula that holds of a value just if the given one holds of it with the string at ``path`` replaced.

    Arguments:
        arena: in which the formula lives.
        formula: about the value afterwards.
        path: the location of the string; a value without a string there is not changed.
        swaps: from strings to their replacements; other strings are not changed.
    """
    names = tuple(sorted(swaps.items()))
    return _Relabelling(arena, dict(names), names).at(formula, path)


class _Relabelling:
    """
    Rewrites the parts of a formula that constrain the location; all others are shared.
    """

    def __init__(self, arena: Arena, swaps: Mapping[str, str], mark: tuple[tuple[str, str], ...]) -> None:
        self.arena = arena
        self.swaps = swaps
        self.mark = mark

    def at(self, formula: Formula, path: Path) -> Formula:
        arena = self.arena
        if isinstance(formula, TypedAtom):
            return self._atom(formula, path)
        match formula:
            case terms.And(parts=parts):
                return arena.all_of(self.at(part, path) for part in parts)
            case terms.Or(parts=parts):
                return arena.any_of(self.at(part, path) for part in parts)
            case terms.AtMostOne(parts=parts):
                return arena.at_most_one(self.at(part, path) for part in parts)
            case terms.Reference(definition=definition, negated=False):
                key = ("relabelled", definition.key, path, self.mark)
                return arena.reference(key, lambda: self.at(definition.formula(), path), definition.schema)
            case terms.AtLeastTwo() | terms.Reference():
                return arena.dual(self.at(arena.dual(formula), path))
            case terms.OfType() | terms.Opaque() | terms.True_() | terms.False_():
                return formula
            case _:
                raise unhandled(formula)

    def _atom(self, atom: Atom, path: Path) -> Formula:
        if not path:
            return self._string(atom) if atom.guard == STRING else atom
        step, rest = path[0], path[1:]
        if isinstance(atom, (EveryProperty, SomeProperty)):
            return self._property(atom, str(step), rest)
        if not isinstance(step, int):
            return atom
        if isinstance(atom, (OptionalItem, RequiredItem)) and atom.index == step:
            return self.arena.atom(replace(atom, formula=self.at(atom.formula, rest)))
        if isinstance(atom, (AtLeast, AtMost)) and atom.start <= step:
            return self._counted(atom, step, rest)
        return atom

    def _string(self, atom: Atom) -> Formula:
        arena, evaluator = self.arena, Evaluator()
        replaced = [string for string, other in self.swaps.items() if evaluator.holds(atom, other)]
        same = arena.all_of((atom, arena.string_not_in(frozenset(self.swaps))))
        return arena.any_of((same, arena.string_in(frozenset(replaced), for_other_types=atom.for_other_types)))

    def _property(self, atom: EveryProperty | SomeProperty, name: str, rest: Path) -> Formula:
        arena, names, formula = self.arena, atom.names, atom.formula
        if not Evaluator().holds(names, name):
            return atom
        others = arena.view(arena.all_of((names, arena.string_not_in(frozenset([name])))), STRING)
        only = arena.view(arena.string_in(frozenset([name])), STRING)
        parts = [
            arena.atom(replace(atom, names=others)),
            arena.atom(replace(atom, names=only, formula=self.at(formula, rest))),
        ]
        return arena.all_of(parts) if isinstance(atom, EveryProperty) else arena.any_of(parts)

    def _counted(self, atom: AtLeast | AtMost, index: int, rest: Path) -> Formula:
        """
        At least n items: as many of the items as they are, one more where the replacement makes the item satisfy the
        formula, one less where it makes it violate the formula.
        """
        arena = self.arena
        if isinstance(atom, AtMost):
            return arena.dual(self.at(arena.dual(atom), (index, *rest)))
        formula = atom.formula
        gained = arena.all_of((self.at(formula, rest), arena.dual(formula)))
        lost = arena.all_of((formula, arena.dual(self.at(formula, rest))))
        more = arena.required_item(index, gained, for_other_types=False)
        less = arena.required_item(index, lost, for_other_types=False)
        same = arena.all_of((arena.dual(more), arena.dual(less)))
        cases = ((atom.number, same), (atom.number - 1, more), (atom.number + 1, less))
        return arena.any_of(
            arena.all_of((case, arena.at_least(number, atom.start, formula, for_other_types=atom.for_other_types)))
            for number, case in cases
        )
