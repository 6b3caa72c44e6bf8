"""
Diverse instances of a schema, valid or not, boundaries first.

Every bound, branch and property in the schema gives goals, formulas that a witness has to satisfy besides: at the
bound, valid under the branch, with the property and without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from typing import Any

from schemadiff.algebra.int_ranges import between
from schemadiff.containment.context import ProofContext
from schemadiff.containment.decimal_spelling import takes_decimals, with_one_decimal
from schemadiff.containment.operands import Operand
from schemadiff.formula import terms
from schemadiff.formula.arena import TooLarge
from schemadiff.formula.evaluate import Circular, Evaluator
from schemadiff.formula.terms import Formula
from schemadiff.instance import Value, key
from schemadiff.runtime.budget import Budget, Exhausted
from schemadiff.runtime.deep_stack import with_deep_stack
from schemadiff.runtime.gc_pause import no_full_collections
from schemadiff.schema import Node

_DEPTH = 6
_LONG = 10_000
"""Bounds beyond it are no goals."""

_LISTED = 8
"""So many values of an enumeration become goals of their own."""


def generate(
    node: Node, n: int, *, valid: bool = True, formats: bool = False, budget: Budget | None = None
) -> Iterator[Value]:
    """
    Up to n different instances of a schema, boundaries first. One integer among them is written as a decimal (``1.0``),
    where the dialect takes it for an integer.

    Arguments:
        node: the schema.
        n: how many.
        valid: whether they satisfy it; otherwise each violates it, most of them in one point only.
        formats: whether ``format`` is asserted.
        budget: for all of them; what was found until it ran out is yielded.
    """
    with no_full_collections():
        return iter(with_deep_stack(lambda: _Generator(node, formats, budget or Budget()).run(n, valid)))


class _Generator:
    def __init__(self, node: Node, formats: bool, budget: Budget) -> None:
        self.work = ProofContext(budget, formats=formats)
        self.arena = self.work.arena
        self.node = node
        self.found: dict[Any, Value] = {}

    def run(self, n: int, valid: bool) -> list[Value]:
        try:
            formula = self.work.formula(Operand(self.node))
            target = formula if valid else self.arena.dual(formula)
            wishes = self.goals(formula, 0) if valid else self.violations(formula, 0)
            for wish in wishes:
                self._add(target, wish, 1)
                if len(self.found) >= n:
                    break
            for wanted in (n, 2 * n):
                if len(self.found) < n:
                    self._add(target, self.arena.true, wanted)
            if valid and takes_decimals(self.node):
                evaluator = Evaluator(self.work.meter.tick, self.work.meter.ticks)
                return with_one_decimal(list(self.found.values())[:n], partial(evaluator.holds, formula))
        except (Exhausted, TooLarge, Circular, RecursionError):
            pass
        finally:
            self.work.close()
        return list(self.found.values())[:n]

    def _add(self, target: Formula, wish: Formula, k: int) -> None:
        for witness in self.work.solver.ask((target, wish), k).found:
            self.found.setdefault(key(witness), witness)

    def goals(self, formula: Formula, depth: int) -> Iterator[Formula]:
        arena = self.arena
        if depth > _DEPTH:
            return
        if isinstance(formula, terms.TypedAtom):
            yield from self._atom_goals(formula, depth)
            return
        match formula:
            case terms.Reference():
                yield from self.goals(arena.expanded(formula), depth + 1)
            case terms.AtMostOne() | terms.AtLeastTwo():
                yield from self.goals(arena.pairwise(formula), depth + 1)
            case terms.Or(parts=parts):
                yield from parts
                yield from _interleaved([self._through(part, depth) for part in parts])
            case terms.And(parts=parts):
                yield from _interleaved([self.goals(part, depth) for part in parts])
            case terms.OfType(mask=mask):
                yield from (arena.of_type(kind) for kind in terms.KINDS if kind & mask)
            case terms.True_() | terms.False_() | terms.Opaque():
                return
            case _:
                raise terms.unhandled(formula)

    def _through(self, part: Formula, depth: int) -> Iterator[Formula]:
        return (self.arena.all_of((part, goal)) for goal in self.goals(part, depth + 1))

    def _atom_goals(self, atom: terms.Atom, depth: int) -> Iterator[Formula]:
        arena = self.arena
        match atom:
            case terms.NumberBound(bound=bound):
                yield arena.number_in(frozenset([bound]), for_other_types=False)
            case terms.Length(counts=counts) | terms.ItemCount(counts=counts) | terms.PropertyCount(counts=counts):
                yield from self._at(atom, [edge for bounds in counts for edge in bounds])
            case terms.StringIn(strings=strings):
                for string in sorted(strings)[:_LISTED]:
                    yield arena.string_in(frozenset([string]), for_other_types=False)
            case terms.NumberIn(numbers=numbers):
                for number in sorted(numbers)[:_LISTED]:
                    yield arena.number_in(frozenset([number]), for_other_types=False)
            case (
                terms.EveryProperty(names=terms.StringIn() as names, formula=formula)
                | terms.SomeProperty(names=terms.StringIn() as names, formula=formula)
            ):
                yield from self._property_goals(names, formula, depth)
            case terms.EveryProperty(names=names, formula=formula):
                yield arena.some_property(names, formula, for_other_types=False)
            case terms.OptionalItem(index=index, formula=formula) | terms.RequiredItem(index=index, formula=formula):
                yield from self._item_goals(index, formula, depth)
            case terms.AtMost(number=0, start=start, formula=formula):
                yield from self._item_goals(start, arena.dual(formula), depth)
            case (
                terms.MultipleOf()
                | terms.NumberNotIn()
                | terms.StringNotIn()
                | terms.InLanguage()
                | terms.NonRegular()
                | terms.AtMost()
                | terms.AtLeast()
                | terms.Distinct()
                | terms.SomeProperty()
            ):
                return
            case _:
                raise terms.unhandled(atom)

    def _item_goals(self, index: int, inside: Formula, depth: int) -> Iterator[Formula]:
        for goal in (self.arena.true, *self.goals(inside, depth + 1)):
            yield self.arena.required_item(index, self.arena.all_of((inside, goal)), for_other_types=False)

    def _property_goals(self, names: Formula, inside: Formula, depth: int) -> Iterator[Formula]:
        arena = self.arena
        yield arena.some_property(names, arena.true, for_other_types=False)
        yield arena.all_of((arena.of_type(terms.OBJECT), arena.every_property(names, arena.false)))
        for goal in self.goals(inside, depth + 1):
            yield arena.some_property(names, goal, for_other_types=False)

    def violations(self, formula: Formula, depth: int) -> Iterator[Formula]:
        """
        Ways to violate a formula, first those that violate one of its parts only.
        """
        arena = self.arena
        if depth > _DEPTH:
            return
        match formula:
            case terms.Reference():
                yield from self.violations(arena.expanded(formula), depth + 1)
            case terms.And(parts=parts):
                yield from _interleaved(list(self._part_violations(parts, depth)))
            case (
                terms.EveryProperty(names=terms.StringIn() as names, formula=inside)
                | terms.SomeProperty(names=terms.StringIn() as names, formula=inside)
            ):
                for violation in (arena.dual(inside), *self.violations(inside, depth + 1)):
                    yield arena.some_property(names, violation, for_other_types=False)
            case terms.OptionalItem(index=index, formula=inside):
                yield from self._item_violations(index, inside, depth)
            case terms.AtMost(number=0, start=start, formula=inside):
                yield from self._item_violations(start, arena.dual(inside), depth)
            case terms.Length(counts=counts) | terms.ItemCount(counts=counts) | terms.PropertyCount(counts=counts):
                yield from self._at(formula, [edge for first, last in counts for edge in (first - 1, last + 1)])
            case _:
                yield from self.goals(arena.dual(formula), depth + 1)

    def _part_violations(self, parts: tuple[Formula, ...], depth: int) -> Iterator[Iterator[Formula]]:
        arena = self.arena
        for index, part in enumerate(parts):
            others = parts[:index] + parts[index + 1 :]
            yield iter([arena.all_of((arena.dual(part), *others))])
            yield iter([arena.all_of((violation, *others)) for violation in self.violations(part, depth + 1)])

    def _item_violations(self, index: int, inside: Formula, depth: int) -> Iterator[Formula]:
        for violation in (self.arena.dual(inside), *self.violations(inside, depth + 1)):
            yield self.arena.required_item(index, violation, for_other_types=False)

    def _at(self, atom: terms.Length | terms.ItemCount | terms.PropertyCount, edges: list[float]) -> Iterator[Formula]:
        for edge in edges:
            if 0 <= edge < _LONG:
                yield self.arena.atom(replace(atom, counts=between(int(edge), int(edge)), for_other_types=False))


def _interleaved(streams: list[Iterator[Formula]]) -> Iterator[Formula]:
    for row in zip_longest(*streams):
        yield from (each for each in row if each is not None)
