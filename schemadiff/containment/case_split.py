"""
The walk over the disjuncts of a formula: unit propagation, lazily written-out references, conflict-directed returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from schemadiff.formula import Circular, Evaluator, Formula, Reference, terms

if TYPE_CHECKING:
    from schemadiff.containment.solver import Solver


class Conflict(NamedTuple):
    """
    A conjunction of atoms has no witness; ``core`` are atoms that suffice for that, None stands for all.
    """

    core: tuple[Formula, ...] | None


_FIRST = 4


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


Leaf = Callable[["tuple[Formula, ...]"], "Conflict | None"]
Look = Callable[["tuple[Formula, ...]"], Any]


class Search:
    """
    One walk. Decisions are numbered from 0; what follows from them carries their numbers as bits.

    Arguments:
        solver: knows references and quick emptiness.
        kind: the type of value that is looked for.
    """

    def __init__(self, solver: Solver, kind: int) -> None:
        self._solver = solver
        self._arena = solver.arena
        self._false = solver.arena.false
        self._kind = kind
        self._seen: dict[Formula, int] = {}
        self._trail: list[Formula] = []
        self._literals: dict[Formula, None] = {}
        self._by_name: dict[str | int, list[Formula]] = {}
        self._lones: list[Formula] = []
        self._settled: dict[Formula, int] = {}
        self._tick = solver.meter.tick

    def run(self, formula: Formula, leaf: Leaf, look: Look, enough: Callable[[], bool]) -> None:
        """
        Hand every consistent choice of disjuncts to ``leaf`` until there is enough.

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
        Walk below the decisions made so far.

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
            if isinstance(guess, Conflict):
                return self._needs_of(guess)
            if self._enough():
                return None
        return self._branch(level, clauses, self._pick(clauses, guess))

    def _branch(self, level: int, clauses: list[_Clause], clause: _Clause) -> int | None:
        rest = [each for each in clauses if each is not clause]
        blame: int | None = clause.needs
        for part in clause.parts:
            self._solver.meter.step()
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
            evaluator = Evaluator(self._solver.meter.tick, self._solver.meter.ticks)
            wrong = [each for each in clauses if not any(evaluator.holds(part, guess) for part in each.parts)]
            clauses = wrong or clauses
        return min(clauses, key=lambda each: len(each.parts))

    def _unsettled(self) -> _Clause | None:
        """
        Where several exclude each other and none of them has been taken for true: that one is, or none.
        """
        for lone in self._lones:
            if lone not in self._settled:
                none = self._arena.all_of(self._arena.view(self._arena.dual(part), self._kind) for part in lone.args)
                if none not in self._seen:
                    return _Clause((none, *lone.args), self._seen[lone])
        return None

    def _needs_of(self, conflict: Conflict) -> int:
        needs = 0
        for literal in self._literals if conflict.core is None else conflict.core:
            needs |= self._seen[literal]
        return needs

    def _undo(self, mark: int) -> None:
        for lone in [lone for lone, position in self._settled.items() if position > mark]:
            del self._settled[lone]
        while len(self._trail) > mark:
            formula = self._trail.pop()
            del self._seen[formula]
            if formula.op == "lone":
                self._lones.remove(formula)
            if formula in self._literals:
                del self._literals[formula]
                if formula.op in _ABOUT_ONE:
                    self._drop(formula)

    def _assert(self, formula: Formula, needs: int, clauses: list[_Clause]) -> int | None:
        """
        Take a formula for true.

        Returns:
            The decisions on which a conflict depends; None if there is no conflict.
        """
        pending, references = [formula], list[Formula]()
        while pending or references:
            part = pending.pop() if pending else self._written(references.pop(0))
            self._tick()
            if part is self._arena.true or part in self._seen:
                continue
            clash = self._clash(part)
            if clash is not None:
                return clash | needs
            self._seen[part] = needs
            self._trail.append(part)
            if part.op == "and":
                pending.extend(reversed(part.args))
            elif part.op == "or":
                clauses.append(_Clause(part.args, needs))
            elif part.op in ("ref", "ref-not"):
                references.append(part)
            elif part.op == "lone":
                self._lones.append(part)
            elif part.op == "lone-not":
                pending.append(self._arena.view(self._arena.spelled(part), self._kind))
            else:
                self._literals[part] = None
                if part.op in _ABOUT_ONE:
                    clash = self._enter(part)
                    if clash is not None:
                        return clash
        return None

    def _written(self, formula: Formula) -> Formula:
        well_founded(formula.args[0])
        return self._arena.view(self._solver.written(formula), self._kind)

    def _clash(self, part: Formula) -> int | None:
        """
        The decisions on which the opposite of a formula depends; None if that was not taken for true.
        """
        if part is self._false:
            return 0
        opposite = part.dual_ or self._arena.dual(part)
        view = opposite.views and opposite.views.get(self._kind)
        return self._seen.get(view or self._arena.view(opposite, self._kind))

    def _enter(self, literal: Formula) -> int | None:
        """
        Note what an atom says of single members or items; the decisions of a conflict that this makes plain.
        """
        for name in _named(literal):
            known = self._by_name.setdefault(name, [])
            known.append(literal)
            if self._contradict(known):
                return self._union(known)
        return None

    def _drop(self, literal: Formula) -> None:
        for name in _named(literal):
            known = self._by_name.get(name)
            if known and known[-1] is literal:
                known.pop()

    def _contradict(self, literals: list[Formula]) -> bool:
        """
        Whether a member or item must be there and plainly cannot.
        """
        return any(each.op in ("some", "item-must") for each in literals) and self._solver.plainly_empty(
            each.args[1] for each in literals
        )

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
                self._solver.meter.step()
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
        Where one of several that exclude each other holds, assert that the others do not.
        """
        for lone in list(self._lones):
            holding = None if lone in self._settled else next((part for part in lone.args if part in self._seen), None)
            if holding is None:
                continue
            self._settled[lone] = len(self._trail)
            for part in lone.args:
                # What plainly cannot hold anyway needs no denial; that keeps clauses away.
                if part is not holding and self._hopeless(part) is None:
                    denied = self._arena.view(self._arena.dual(part), self._kind)
                    failed = self._assert(denied, self._seen[lone] | self._seen[holding], clauses)
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
        Whether the opposite of one of the first disjuncts plainly cannot hold, so that nothing is left to decide.
        """
        return any(
            self._hopeless(self._arena.view(self._arena.dual(part), self._kind)) is not None
            for part in clause.parts[:_FIRST]
            if part.op in _ABOUT_ONE
        )

    def _hopeless(self, part: Formula) -> int | None:
        """
        The decisions that make plain that a disjunct cannot hold; None if it may.
        """
        pending, written = [part], 0
        while pending:
            each = pending.pop()
            self._tick()
            clash = self._clash(each)
            if clash is not None:
                return clash
            if each.op == "and":
                pending.extend(each.args)
            elif each.op in ("ref", "ref-not") and written < 20 and each not in self._seen:
                written += 1
                inside = self._written(each)
                if inside.op != "or":
                    pending.append(inside)
            elif each.op in _ABOUT_ONE:
                for name in _named(each):
                    known = self._by_name.get(name)
                    if known and self._contradict([each, *known]):
                        return self._union(known)
        return None


_ABOUT_ONE = ("every", "some", "item", "item-must")
"""Atoms that may speak of members by their names, or of an item by its position."""


def _named(literal: Formula) -> Iterable[str | int]:
    """
    The members or items of which an atom speaks one by one.
    """
    if literal.op in ("item", "item-must"):
        return literal.args[:1]
    names: Formula = literal.args[0]
    if names.op != "word-in" or (literal.op == "some" and len(names.args[0]) > 1):
        return ()
    found: frozenset[str] = names.args[0]
    return found if len(found) == 1 else sorted(found)


def well_founded(reference: Reference) -> None:
    """
    Check that a reference does not lead back to itself without descending into a value.

    Raises:
        Circular: it does.
    """
    if reference.founded:
        return
    path: list[tuple[Reference, list[Reference]]] = [(reference, _in_place(reference))]
    on_path = {reference}
    while path:
        current, following = path[-1]
        if not following:
            current.founded = True
            on_path.discard(current)
            path.pop()
            continue
        target = following.pop()
        if target in on_path:
            raise Circular(target.place)
        if not target.founded:
            on_path.add(target)
            path.append((target, _in_place(target)))


def _in_place(reference: Reference) -> list[Reference]:
    found: list[Reference] = []
    pending = [reference.formula()]
    while pending:
        part = pending.pop()
        if part.op in ("and", "or", "lone", "lone-not"):
            pending.extend(part.args)
        elif part.op in ("ref", "ref-not"):
            found.append(part.args[0])
    return found
