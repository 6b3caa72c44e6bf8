"""
A formula about a value whose text at one place has been replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemadiff.formula import terms
from schemadiff.formula.evaluate import Evaluator
from schemadiff.formula.terms import Arena, Formula

Way = tuple["str | int", ...]


def relabel(arena: Arena, formula: Formula, way: Way, swaps: Mapping[str, str]) -> Formula:
    """
    The formula that holds of a value just when the given one holds of it with the text at ``way`` swapped.

    Arguments:
        arena: in which the formula lives.
        formula: about the value afterwards.
        way: where the text stands; a value without it, or with something else there, stays as it is.
        swaps: from texts to what they become; other texts stay.
    """
    names = tuple(sorted(swaps.items()))
    return _Relabelling(arena, dict(names), names).at(formula, way)


class _Relabelling:
    """
    Rewrites the spine of a formula that leads to the place; everything beside it is shared.
    """

    def __init__(self, arena: Arena, swaps: Mapping[str, str], mark: tuple[tuple[str, str], ...]) -> None:
        self.arena = arena
        self.swaps = swaps
        self.mark = mark

    def at(self, formula: Formula, way: Way) -> Formula:
        op, args, arena = formula.op, formula.args, self.arena
        if op == "and":
            return arena.all_of(self.at(part, way) for part in args)
        if op == "or":
            return arena.any_of(self.at(part, way) for part in args)
        if op == "ref":
            reference = args[0]
            key = ("relabelled", reference.key, way, self.mark)
            return arena.reference(key, lambda: self.at(reference.formula(), way), reference.place)
        if op == "lone":
            return arena.lone(self.at(part, way) for part in args)
        if op in ("ref-not", "opaque-not", "lone-not"):
            return arena.dual(self.at(arena.dual(formula), way))
        if op in ("type", "opaque"):
            return formula
        guard = terms.GUARD[op]
        if not way:
            return self._text(formula) if guard == terms.STRING else formula
        if guard == terms.OBJECT and op != "count":
            return self._member(formula, str(way[0]), way)
        if guard == terms.ARRAY and isinstance(way[0], int):
            return self._item(formula, way[0], way)
        return formula

    def _text(self, formula: Formula) -> Formula:
        arena, evaluator = self.arena, Evaluator()
        became = [word for word, other in self.swaps.items() if evaluator.holds(formula, other)]
        same = arena.all_of((formula, arena.atom("word-out", frozenset(self.swaps))))
        return arena.any_of((same, arena.atom("word-in", frozenset(became), otherwise=formula.otherwise)))

    def _member(self, formula: Formula, name: str, way: Way) -> Formula:
        arena = self.arena
        names, inside = formula.args
        if not Evaluator().holds(names, name):
            return formula
        others = arena.view(arena.all_of((names, arena.atom("word-out", frozenset([name])))), terms.STRING)
        only = arena.view(arena.atom("word-in", frozenset([name])), terms.STRING)
        parts = [
            arena.atom(formula.op, others, inside, otherwise=formula.otherwise),
            arena.atom(formula.op, only, self.at(inside, way[1:]), otherwise=formula.otherwise),
        ]
        return arena.all_of(parts) if formula.op == "every" else arena.any_of(parts)

    def _item(self, formula: Formula, index: int, way: Way) -> Formula:
        arena, op, args = self.arena, formula.op, formula.args
        if op in ("item", "item-must") and args[0] == index:
            return arena.atom(op, index, self.at(args[1], way[1:]), otherwise=formula.otherwise)
        if op in ("least", "most") and args[1] <= index:
            return self._counted(formula, index, way)
        return formula

    def _counted(self, formula: Formula, index: int, way: Way) -> Formula:
        """
        At least n from i on: the items before the place, the place itself, and those behind it, share the n out.
        """
        arena = self.arena
        if formula.op == "most":
            return arena.dual(self._counted(arena.dual(formula), index, way))
        least, start, inside = formula.args
        here = arena.all_of((self.at(inside, way[1:]), arena.dual(inside)))
        gone = arena.all_of((inside, arena.dual(self.at(inside, way[1:]))))
        plain: list[Any] = [
            (least - 1, arena.atom("item-must", index, here, otherwise=False)),
            (least + 1, arena.atom("item-must", index, gone, otherwise=False)),
        ]
        same = arena.all_of((arena.dual(plain[0][1]), arena.dual(plain[1][1])))
        cases = [(least, same), *plain]
        return arena.any_of(
            arena.all_of((guard, arena.atom("least", count, start, inside, otherwise=formula.otherwise)))
            for count, guard in cases
        )
