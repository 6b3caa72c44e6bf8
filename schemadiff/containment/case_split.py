"""
Case split over the disjuncts of a formula, as in DPLL(T): unit propagation, theory conflicts, conflict-directed
backjumping. References are expanded on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeAlias

from schemadiff.containment.glance import Glance
from schemadiff.formula import terms
from schemadiff.formula.arena import Arena
from schemadiff.formula.evaluate import Circular, Evaluator
from schemadiff.formula.terms import Formula
from schemadiff.runtime.budget import Meter


class Contradiction(NamedTuple):
    """
    A conjunction of atoms has no witness; ``core`` are atoms that suffice for that, None stands for all.
    """

    core: tuple[Formula, ...] | None


_FIRST = 4
"""Of so many disjuncts of a clause it is checked whether they are implied."""

_EXPANDED = 20
"""So many references are expanded to see whether a disjunct can hold."""


class _NoGuess:
    """
    Stands for a value that could have satisfied the atoms, but is not known; only one exists.
    """


NO_GUESS = _NoGuess()


class _Clause(NamedTuple):
    """
    A disjunction that still has to be decided.

    Attributes:
        parts: the disjuncts that may still hold.
        needs: the decisions, as bits, on which it and the loss of its other disjuncts depend.
    """

    parts: tuple[Formula, ...]
    needs: int


Literal: TypeAlias = "terms.Atom | terms.Opaque"
Leaf = Callable[["tuple[Literal, ...]"], "Contradiction | None"]
Look = Callable[["tuple[Literal, ...]"], Any]


class CaseSplit:
    """
    One search. Decisions are numbered from 0; what follows from them carries their numbers as bits.
    """

    def __init__(self, arena: Arena, meter: Meter, glance: Glance, kind: int) -> None:
        self._arena = arena
        self._meter = meter
        self._glance = glance
        self._false = arena.false
        self._kind = kind
        self._seen: dict[Formula, int] = {}
        self._trail: list[Formula] = []
        self._literals: dict[Literal, None] = {}
        self._by_name: dict[str | int, list[AboutOne]] = {}
        self._at_most_ones: list[terms.AtMostOne] = []
        self._settled: dict[terms.AtMostOne, int] = {}
        self._tick = meter.tick

    def run(self, formula: Formula, leaf: Leaf, look: Look, enough: Callable[[], bool]) -> None:
        """
        Pass every consistent choice of disjuncts to ``leaf`` until there are enough witnesses.

        Arguments:
            formula: a view for this type.
            leaf: gets a complete choice of atoms; returns why they conflict, if they do.
            look: gets the atoms of an incomplete choice; returns why they conflict, or a value that satisfies them.
            enough: whether to stop.
        """
        self._leaf, self._look, self._enough = leaf, look, enough
        clauses: list[_Clause] = []
        if self._assert(formula, 0, clauses) is None:
            self._decide(0, clauses)

    def _decide(self, level: int, clauses: list[_Clause]) -> int | None:
        """
        Search below the decisions made so far.

        Returns:
            The decisions, as bits, that together leave no witness; None if there may be some.
        """
        failed = self._propagate(clauses)
        if failed is not None:
            return failed
        if not clauses:
            open_choice = self._unsettled()
            if open_choice is not None:
                # It is decided in any case, also where one of its parts is implied: only what is asserted excludes.
                return self._branch(level, [open_choice], open_choice)
            conflict = self._leaf(tuple(self._literals))
            return None if conflict is None else self._needs_of(conflict)
        guess: Any = NO_GUESS
        if self._kind in (terms.OBJECT, terms.ARRAY):
            guess = self._look(tuple(self._literals))
            if isinstance(guess, Contradiction):
                return self._needs_of(guess)
            if self._enough():
                return None
        return self._branch(level, clauses, self._pick(clauses, guess))

    def _branch(self, level: int, clauses: list[_Clause], clause: _Clause) -> int | None:
        rest = [each for each in clauses if each is not clause]
        blame: int | None = clause.needs
        for part in clause.parts:
            self._meter.step()
            mark = len(self._trail)
            below = list(rest)
            failed = self._assert(part, 1 << level, below)
            if failed is None:
                failed = self._decide(level + 1, below)
            self._undo(mark)
            if self._enough():
                return None
            if failed is None:
                blame = None
            elif not failed >> level & 1:
                return failed
            elif blame is not None:
                blame |= failed & ~(1 << level)
        return blame

    def _pick(self, clauses: list[_Clause], guess: Any) -> _Clause:
        """
        The clause to decide next: one that the guess violates if there is any, with as few disjuncts as possible.
        """
        if guess is not NO_GUESS:
            evaluator = Evaluator(self._meter.tick, self._meter.ticks)
            wrong = [clause for clause in clauses if not any(evaluator.holds(part, guess) for part in clause.parts)]
            clauses = wrong or clauses
        return min(clauses, key=lambda each: len(each.parts))

    def _unsettled(self) -> _Clause | None:
        """
        For formulas of which at most one holds and none has been assumed: the choice of one of them, or of none.
        """
        for group in self._at_most_ones:
            if group not in self._settled:
                none = self._arena.all_of(self._arena.view(self._arena.dual(part), self._kind) for part in group.parts)
                if none not in self._seen:
                    return _Clause((none, *group.parts), self._seen[group])
        return None

    def _needs_of(self, conflict: Contradiction) -> int:
        needs = 0
        for literal in self._literals if conflict.core is None else conflict.core:
            needs |= self._seen[literal]
        return needs

    def _undo(self, mark: int) -> None:
        for group in [group for group, position in self._settled.items() if position > mark]:
            del self._settled[group]
        while len(self._trail) > mark:
            formula = self._trail.pop()
            del self._seen[formula]
            if isinstance(formula, terms.AtMostOne):
                self._at_most_ones.remove(formula)
            elif formula in self._literals:
                del self._literals[formula]
                if isinstance(formula, _ABOUT_ONE):
                    self._drop(formula)

    def _assert(self, formula: Formula, needs: int, clauses: list[_Clause]) -> int | None:
        """
        Assume that a formula holds.

        Returns:
            The decisions on which a conflict depends; None if there is no conflict.
        """
        pending, references = [formula], list[terms.Reference]()
        while pending or references:
            part = pending.pop() if pending else self._expanded(references.pop(0))
            self._tick()
            if part is self._arena.true or part in self._seen:
                continue
            clash = self._clash(part)
            if clash is not None:
                return clash | needs
            self._seen[part] = needs
            self._trail.append(part)
            if isinstance(part, terms.And):
                pending.extend(reversed(part.parts))
            elif isinstance(part, terms.Or):
                clauses.append(_Clause(part.parts, needs))
            elif isinstance(part, terms.Reference):
                references.append(part)
            elif isinstance(part, terms.AtMostOne):
                self._at_most_ones.append(part)
            elif isinstance(part, terms.AtLeastTwo):
                pending.append(self._arena.view(self._arena.pairwise(part), self._kind))
            else:
                assert not isinstance(part, (terms.True_, terms.False_, terms.OfType))
                self._literals[part] = None
                if isinstance(part, _ABOUT_ONE):
                    clash = self._enter(part)
                    if clash is not None:
                        return clash
        return None

    def _expanded(self, reference: terms.Reference) -> Formula:
        well_founded(reference.definition)
        return self._arena.view(self._arena.expanded(reference), self._kind)

    def _clash(self, part: Formula) -> int | None:
        """
        The decisions on which the negation of a formula depends; None if that has not been assumed.
        """
        if part is self._false:
            return 0
        opposite = part.dual_ or self._arena.dual(part)
        view = opposite.views and opposite.views.get(self._kind)
        return self._seen.get(view or self._arena.view(opposite, self._kind))

    def _enter(self, literal: AboutOne) -> int | None:
        """
        Register an atom under the names or the position that it lists; the decisions of a conflict with others there.
        """
        for name in _named(literal):
            known = self._by_name.setdefault(name, [])
            known.append(literal)
            if self._contradict(known):
                return self._union(known)
        return None

    def _drop(self, literal: AboutOne) -> None:
        for name in _named(literal):
            known = self._by_name.get(name)
            if known and known[-1] is literal:
                known.pop()

    def _contradict(self, literals: list[AboutOne]) -> bool:
        """
        Whether a property or item is required and plainly unsatisfiable.
        """
        return any(
            isinstance(literal, (terms.SomeProperty, terms.RequiredItem)) for literal in literals
        ) and self._glance.unsatisfiable(literal.formula for literal in literals)

    def _union(self, literals: Iterable[Formula]) -> int:
        needs = 0
        for literal in literals:
            needs |= self._seen.get(literal, 0)
        return needs

    def _propagate(self, clauses: list[_Clause]) -> int | None:
        """
        Drop what cannot hold, and assert what alone is left, until nothing changes.

        Returns:
            None, or the decisions on which a conflict depends.
        """
        while True:
            before = len(self._trail)
            current, clauses[:] = clauses[:], []
            for clause in current:
                self._meter.step()
                live = self._reduced(clause)
                if live is None:
                    continue
                if not live.parts:
                    return live.needs
                if len(live.parts) > 1:
                    clauses.append(live)
                    continue
                failed = self._assert(live.parts[0], live.needs, clauses)
                if failed is not None:
                    return failed
            failed = self._exclude(clauses)
            if failed is not None:
                return failed
            if len(self._trail) == before:
                return None

    def _exclude(self, clauses: list[_Clause]) -> int | None:
        """
        Where one of several formulas of which at most one holds has been assumed, assume that the others do not hold.
        """
        for group in list(self._at_most_ones):
            holding = next((part for part in group.parts if part in self._seen), None)
            if holding is None or group in self._settled:
                continue
            self._settled[group] = len(self._trail)
            for part in group.parts:
                # What plainly cannot hold anyway needs no denial; that keeps clauses away.
                if part is not holding and self._hopeless(part) is None:
                    denied = self._arena.view(self._arena.dual(part), self._kind)
                    failed = self._assert(denied, self._seen[group] | self._seen[holding], clauses)
                    if failed is not None:
                        return failed
        return None

    def _reduced(self, clause: _Clause) -> _Clause | None:
        """
        A clause without the disjuncts that cannot hold; None if one of them holds already.
        """
        if any(part in self._seen for part in clause.parts) or self._implied(clause):
            return None
        kept: list[Formula] = []
        needs = clause.needs
        for position, part in enumerate(clause.parts):
            clash = self._hopeless(part)
            if clash is None:
                kept.append(part)
                if len(kept) > 1:
                    kept.extend(clause.parts[position + 1 :])
                    break
            else:
                needs |= clash
        return clause if len(kept) == len(clause.parts) else _Clause(tuple(kept), needs)

    def _implied(self, clause: _Clause) -> bool:
        """
        Whether the negation of one of the first disjuncts plainly cannot hold, so that the clause is satisfied.
        """
        return any(
            self._hopeless(self._arena.view(self._arena.dual(part), self._kind)) is not None
            for part in clause.parts[:_FIRST]
            if isinstance(part, _ABOUT_ONE)
        )

    def _hopeless(self, part: Formula) -> int | None:
        """
        The decisions under which a disjunct plainly cannot hold; None if it may.
        """
        pending, expanded = [part], 0
        while pending:
            each = pending.pop()
            self._tick()
            clash = self._clash(each)
            if clash is not None:
                return clash
            if isinstance(each, terms.And):
                pending.extend(each.parts)
            elif isinstance(each, terms.Reference):
                if expanded < _EXPANDED and each not in self._seen:
                    expanded += 1
                    inside = self._expanded(each)
                    if not isinstance(inside, terms.Or):
                        pending.append(inside)
            elif isinstance(each, _ABOUT_ONE):
                for name in _named(each):
                    known = self._by_name.get(name)
                    if known and self._contradict([each, *known]):
                        return self._union(known)
        return None


AboutOne: TypeAlias = "terms.EveryProperty | terms.SomeProperty | terms.OptionalItem | terms.RequiredItem"
"""Atoms that may constrain properties by their names, or one item by its position."""

_ABOUT_ONE = (terms.EveryProperty, terms.SomeProperty, terms.OptionalItem, terms.RequiredItem)


def _named(literal: AboutOne) -> Iterable[str | int]:
    if isinstance(literal, (terms.OptionalItem, terms.RequiredItem)):
        return (literal.index,)
    if not isinstance(literal.names, terms.StringIn):
        return ()
    strings = literal.names.strings
    if len(strings) == 1:
        return strings
    return () if isinstance(literal, terms.SomeProperty) else sorted(strings)


def well_founded(definition: terms.Definition) -> None:
    """
    Check that a definition does not lead back to itself without descending into a value.

    Raises:
        Circular: it does.
    """
    if definition.founded:
        return
    path: list[tuple[terms.Definition, list[terms.Definition]]] = [(definition, _in_place(definition))]
    on_path = {definition}
    while path:
        current, following = path[-1]
        if not following:
            current.founded = True
            on_path.discard(current)
            path.pop()
            continue
        target = following.pop()
        if target in on_path:
            raise Circular(target.schema)
        if not target.founded:
            on_path.add(target)
            path.append((target, _in_place(target)))


def _in_place(definition: terms.Definition) -> list[terms.Definition]:
    result: list[terms.Definition] = []
    pending = [definition.formula()]
    while pending:
        part = pending.pop()
        if isinstance(part, (terms.And, terms.Or, terms.AtMostOne, terms.AtLeastTwo)):
            pending.extend(part.parts)
        elif isinstance(part, terms.Reference):
            result.append(part.definition)
    return result
