"""
Diverse instances of a schema, valid or not, boundaries first.

Every bound, branch and member that the schema speaks of makes a goal, a formula that a witness is asked to satisfy
besides: just at the bound, through that branch, with the member and without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from schemadiff.containment.prover import Side, Workspace
from schemadiff.formula import KINDS, Circular, Formula, TooLarge, between, terms
from schemadiff.instance import Value, key
from schemadiff.runtime.budget import Budget, Exhausted
from schemadiff.runtime.deep_stack import with_deep_stack
from schemadiff.runtime.gc_pause import no_full_collections
from schemadiff.schema import Node

_DEPTH = 6
_LONG = 10_000
"""Bounds beyond it are not reached for."""

_WORDS = 8
"""How many of an enumeration's members become goals of their own."""


def instances(node: Node, n: int, *, valid: bool, formats: bool, budget: Budget | None) -> list[Value]:
    """
    Up to n different instances; the arguments are those of ``generate``.
    """
    with no_full_collections():
        return with_deep_stack(lambda: _Generator(node, formats, budget or Budget()).run(n, valid))


class _Generator:
    """
    One run.
    """

    def __init__(self, node: Node, formats: bool, budget: Budget) -> None:
        self.work = Workspace(budget, formats=formats)
        self.arena = self.work.arena
        self.node = node
        self.found: dict[Any, Value] = {}

    def run(self, n: int, valid: bool) -> list[Value]:
        """
        See ``instances``.
        """
        try:
            formula = self.work.formula(Side(self.node))
            target = formula if valid else self.arena.dual(formula)
            wishes = self.goals(formula, 0) if valid else self.violations(formula, 0)
            for wish in wishes:
                self._add(target, wish, 1)
                if len(self.found) >= n:
                    break
            for wanted in (n, 2 * n):
                if len(self.found) < n:
                    self._add(target, self.arena.true, wanted)
        except (Exhausted, TooLarge, Circular, RecursionError):
            pass
        finally:
            self.work.close()
        return list(self.found.values())[:n]

    def _add(self, target: Formula, wish: Formula, k: int) -> None:
        for witness in self.work.solver.ask((target, wish), k).witnesses:
            self.found.setdefault(key(witness), witness)

    def goals(self, formula: Formula, depth: int) -> Iterator[Formula]:
        """
        What witnesses of a formula may be asked for besides.
        """
        arena, op, args = self.arena, formula.op, formula.args
        if depth > _DEPTH:
            return
        if op in ("ref", "ref-not"):
            yield from self.goals(self.work.solver.written(formula), depth + 1)
        elif op in ("lone", "lone-not"):
            yield from self.goals(arena.spelled(formula), depth + 1)
        elif op == "or":
            yield from args
            yield from _interleaved([self._through(part, depth) for part in args])
        elif op == "and":
            yield from _interleaved([self.goals(part, depth) for part in args])
        elif op == "type":
            yield from (arena.type(kind) for kind in KINDS if kind & args[0])
        else:
            yield from self._atom_goals(formula, depth)

    def _through(self, part: Formula, depth: int) -> Iterator[Formula]:
        return (self.arena.all_of((part, goal)) for goal in self.goals(part, depth + 1))

    def _atom_goals(self, formula: Formula, depth: int) -> Iterator[Formula]:
        arena, op, args = self.arena, formula.op, formula.args
        if op in ("low", "high"):
            yield arena.atom("number-in", frozenset([args[0]]), otherwise=False)
        elif op in ("length", "size", "count"):
            yield from self._at(op, [edge for bounds in args[0] for edge in bounds])
        elif op in ("word-in", "number-in"):
            for each in sorted(args[0])[:_WORDS]:
                yield arena.atom(op, frozenset([each]), otherwise=False)
        elif op in ("every", "some") and args[0].op == "word-in":
            yield from self._member_goals(args[0], args[1], depth)
        elif op == "every":
            yield arena.atom("some", args[0], args[1], otherwise=False)
        elif op in ("item", "item-must"):
            yield from self._item_goals(args[0], args[1], depth)
        elif op == "most" and args[0] == 0:
            yield from self._item_goals(args[1], arena.dual(args[2]), depth)

    def _item_goals(self, index: int, inside: Formula, depth: int) -> Iterator[Formula]:
        for goal in (self.arena.true, *self.goals(inside, depth + 1)):
            yield self.arena.atom("item-must", index, self.arena.all_of((inside, goal)), otherwise=False)

    def _member_goals(self, names: Formula, inside: Formula, depth: int) -> Iterator[Formula]:
        arena = self.arena
        yield arena.atom("some", names, arena.true, otherwise=False)
        yield arena.all_of((arena.type(terms.OBJECT), arena.atom("every", names, arena.false)))
        for goal in self.goals(inside, depth + 1):
            yield arena.atom("some", names, goal, otherwise=False)

    def violations(self, formula: Formula, depth: int) -> Iterator[Formula]:
        """
        Ways to violate a formula, first those that violate one of its parts only.
        """
        arena, op, args = self.arena, formula.op, formula.args
        if depth > _DEPTH:
            return
        if op in ("ref", "ref-not"):
            yield from self.violations(self.work.solver.written(formula), depth + 1)
        elif op == "and":
            ways = []
            for index, part in enumerate(args):
                others = args[:index] + args[index + 1 :]
                ways.append([arena.all_of((arena.dual(part), *others))])
                ways.append([arena.all_of((way, *others)) for way in self.violations(part, depth + 1)])
            yield from _interleaved([iter(way) for way in ways])
        elif op in ("every", "some") and args[0].op == "word-in":
            for way in (arena.dual(args[1]), *self.violations(args[1], depth + 1)):
                yield arena.atom("some", args[0], way, otherwise=False)
        elif op in ("item", "most") and (op == "item" or args[0] == 0):
            inside = args[1] if op == "item" else arena.dual(args[2])
            for way in (arena.dual(inside), *self.violations(inside, depth + 1)):
                yield arena.atom("item-must", args[0] if op == "item" else args[1], way, otherwise=False)
        elif op in ("length", "size", "count"):
            yield from self._at(op, [edge for first, last in args[0] for edge in (first - 1, last + 1)])
        else:
            yield from self.goals(arena.dual(formula), depth + 1)

    def _at(self, op: str, edges: list[float]) -> Iterator[Formula]:
        for edge in edges:
            if 0 <= edge < _LONG:
                yield self.arena.atom(op, between(int(edge), int(edge)), otherwise=False)


def _interleaved(streams: list[Iterator[Formula]]) -> Iterator[Formula]:
    """
    The first of each, then the second of each, and so on.
    """
    for row in zip_longest(*streams):
        yield from (each for each in row if each is not None)
