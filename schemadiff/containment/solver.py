"""
Is there a value that satisfies a formula, and are there k of them?

A question is a formula and a number k; its answer is the k smallest witnesses that turn up. Recursive schemas make
questions that lead back to themselves: their answers are the least fixpoint, in which every witness is a finite
value. While a question is open its own answer counts as what has been found so far; an answer that depends on an
open question is kept for as long as that question is open, and for good once it has turned out as assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple

from schemadiff.containment.arrays import solve_arrays
from schemadiff.containment.case_split import NO_GUESS, CaseSplit, Contradiction
from schemadiff.containment.glance import Glance
from schemadiff.containment.numbers import solve_numbers
from schemadiff.containment.objects import solve_objects
from schemadiff.containment.strings import solve_strings
from schemadiff.containment.theory import NO_WITNESS, Theory, Witnesses
from schemadiff.formula.arena import Arena
from schemadiff.formula.evaluate import Evaluator
from schemadiff.formula.terms import ARRAY, FALSE, KINDS, NULL, NUMBER, OBJECT, STRING, TRUE, Atom, Formula, Opaque
from schemadiff.instance import Value, key, size
from schemadiff.runtime.budget import Meter

MAX_SIZE = 200_000
"""Larger witnesses are not kept."""

_MAX_GUESS = 2_000
"""Larger guesses are not evaluated."""


TYPE_SOLVERS: dict[int, Callable[[Theory, tuple[Any, ...], int], Witnesses]] = {
    NULL: lambda _theory, _atoms, _k: Witnesses((None,)),
    FALSE: lambda _theory, _atoms, _k: Witnesses((False,)),
    TRUE: lambda _theory, _atoms, _k: Witnesses((True,)),
    NUMBER: solve_numbers,
    STRING: solve_strings,
    ARRAY: solve_arrays,
    OBJECT: solve_objects,
}
"""For each type the function that finds up to k values for a conjunction of that type's atoms."""


class _Frame:
    """
    An open question.

    Attributes:
        k: how many witnesses are wanted.
        found: the witnesses so far, which are the answer as long as it is open.
        assumed: whether its answer was used while it was open.
        needs: the levels, as bits, of the open questions on whose answers this one depends.
        provisional: questions whose answers depend on this one.
    """

    __slots__ = ("assumed", "found", "k", "needs", "provisional")

    def __init__(self, k: int) -> None:
        self.k = k
        self.found: tuple[Value, ...] = ()
        self.assumed = False
        self.needs = 0
        self.provisional: list[Formula] = []


_LITERALS = 10
"""So many atoms are gathered in one step."""


class _Provisional(NamedTuple):
    """
    An answer that is right if the open questions on which it depends turn out as assumed.
    """

    needs: int
    k: int
    answer: Witnesses


class Solver:
    """
    Answers questions about the formulas of one arena.
    """

    def __init__(self, arena: Arena, meter: Meter) -> None:
        self.arena = arena
        self.meter = meter
        self._done: dict[Formula, tuple[int, Witnesses]] = {}
        self._frames: list[_Frame] = []
        self._open: dict[Formula, int] = {}
        self._provisional: dict[Formula, _Provisional] = {}
        self._glance = Glance(arena, meter)
        self._weights: dict[int, tuple[int, Value]] = {}
        self._marks: dict[int, tuple[Hashable, Value]] = {}
        self._numbered: dict[Hashable, Hashable] = {}

    def ask(self, parts: Iterable[Formula], k: int = 1) -> Witnesses:
        """
        Up to k distinct values that satisfy all parts.
        """
        self.meter.tick()
        question = self._conjunction(parts)
        if question is self.arena.false:
            return NO_WITNESS
        known = self._done.get(question)
        if known is not None and known[0] >= k:
            return _cut(known[1], k)
        provisional = self._provisional.get(question)
        if provisional is not None and provisional.k >= k:
            self._depend(provisional.needs)
            return _cut(provisional.answer, k)
        level = self._open.get(question)
        if level is not None:
            frame = self._frames[level]
            # More than were asked for at first need not be found here either: as long as there are fewer, none
            # of them is held back, and once there are as many the question is answered.
            frame.assumed = True
            self._depend(1 << level)
            return Witnesses(frame.found[:k])
        return _cut(self._open_up(question, k), k)

    def _conjunction(self, parts: Iterable[Formula]) -> Formula:
        members = sorted(set(parts), key=_uid)
        return members[0] if len(members) == 1 else self.arena.all_of(members)

    def _depend(self, needs: int) -> None:
        if self._frames:
            self._frames[-1].needs |= needs

    def _open_up(self, question: Formula, k: int) -> Witnesses:
        level = len(self._frames)
        frame = _Frame(k)
        self._frames.append(frame)
        self._open[question] = level
        try:
            while True:
                frame.needs = 0
                answer = self._compute(question, k)
                if len(answer.found) >= k or not frame.assumed or len(answer.found) == len(frame.found):
                    break
                frame.found = answer.found
                self._forget(frame)
        finally:
            self._frames.pop()
            del self._open[question]
        self._close(question, frame, 1 << level, answer)
        return answer

    def _close(self, question: Formula, frame: _Frame, bit: int, answer: Witnesses) -> None:
        """
        Keep an answer, and those that depended on it while it was open, for good or until further questions are closed.
        """
        enough = len(answer.found) >= frame.k
        needs = 0 if enough else frame.needs & ~bit
        if enough and len(answer.found) > len(frame.found):
            self._forget(frame)
        for formula in frame.provisional:
            provisional = self._provisional.pop(formula, None)
            if provisional is not None:
                self._keep(formula, _Provisional(provisional.needs & ~bit | needs, provisional.k, provisional.answer))
        self._keep(question, _Provisional(needs, frame.k, answer))

    def _keep(self, question: Formula, provisional: _Provisional) -> None:
        if not provisional.needs:
            self._done[question] = (provisional.k, provisional.answer)
            return
        self._depend(provisional.needs)
        self._provisional[question] = provisional
        for level, frame in enumerate(self._frames):
            if provisional.needs >> level & 1:
                frame.provisional.append(question)

    def _forget(self, frame: _Frame) -> None:
        for formula in frame.provisional:
            self._provisional.pop(formula, None)
        frame.provisional.clear()

    def _compute(self, question: Formula, k: int) -> Witnesses:
        witnesses: dict[Any, Value] = {}
        doubt = None
        for kind in KINDS:
            view = self.arena.view(question, kind)
            if view is self.arena.false:
                continue
            answer = self._of_kind(view, kind, k - len(witnesses))
            for witness in answer.found:
                witnesses.setdefault(self.mark(witness), witness)
            doubt = doubt or answer.doubt
            if len(witnesses) >= k:
                return Witnesses(tuple(witnesses.values())[:k])
        return Witnesses(tuple(witnesses.values()), doubt)

    def _of_kind(self, view: Formula, kind: int, k: int) -> Witnesses:
        self.meter.step()
        found: dict[Any, Value] = {}
        doubts: list[Any] = []

        def leaf(literals: tuple[Atom | Opaque, ...]) -> Contradiction | None:
            answer = self.solve(kind, literals, k)
            for witness in answer.found:
                found.setdefault(self.mark(witness), witness)
            if answer.doubt is not None:
                doubts.append(answer.doubt)
            if answer.found or answer.doubt is not None:
                return None
            return Contradiction(answer.core)

        def look(literals: tuple[Atom | Opaque, ...]) -> Contradiction | Value:
            answer = self.solve(kind, literals, 1)
            if not answer.found:
                return NO_GUESS if answer.doubt is not None else Contradiction(answer.core)
            guess = answer.found[0]
            if self.weight(guess) > _MAX_GUESS:
                return NO_GUESS
            if Evaluator(self.meter.step, self.meter.ticks).holds(view, guess):
                found.setdefault(self.mark(guess), guess)
            return guess

        CaseSplit(self.arena, self.meter, self._glance, kind).run(view, leaf, look, lambda: len(found) >= k)
        return Witnesses(tuple(found.values())[:k], doubts[0] if doubts and len(found) < k else None)

    def solve(self, kind: int, literals: tuple[Atom | Opaque, ...], k: int) -> Witnesses:
        """
        Up to k witnesses of one type for a conjunction of that type's atoms.
        """
        opaque = [literal for literal in literals if isinstance(literal, Opaque)]
        if opaque:
            rest = self.solve(kind, tuple(literal for literal in literals if not isinstance(literal, Opaque)), 1)
            return Witnesses((), opaque[0].reason if rest.found else rest.doubt, rest.core)
        self.meter.step(len(literals) // _LITERALS)
        return TYPE_SOLVERS[kind](self, literals, k)

    def weight(self, value: Value) -> int:
        """
        The size of a witness; fast, since witnesses are made of witnesses.
        """
        if not isinstance(value, (list, dict)):
            return size(value)
        known = self._weights.get(id(value))
        if known is None:
            members = value if isinstance(value, list) else value.values()
            self.meter.tick(len(value))
            total = 1 + sum(self.weight(member) for member in members)
            # The value is kept, lest another one get its id.
            known = self._weights[id(value)] = (total, value)
        return known[0]

    def mark(self, value: Value) -> Hashable:
        """
        A hashable stand-in for a witness, as ``key`` gives; fast, since witnesses are made of witnesses.
        """
        if not isinstance(value, (list, dict)):
            return key(value)
        known = self._marks.get(id(value))
        if known is None:
            self.meter.tick(1 + len(value))
            content: Hashable
            if isinstance(value, list):
                content = ("a", *map(self.mark, value))
            else:
                content = ("o", frozenset((name, self.mark(member)) for name, member in value.items()))
            number = self._numbered.setdefault(content, ("c", len(self._numbered)))
            # The value is kept, lest another one get its id.
            known = self._marks[id(value)] = (number, value)
        return known[0]

    def too_large(self, value: Value) -> bool:
        """
        Whether a witness is too large to be of use; shared parts would be written down again and again.
        """
        return self.weight(value) > MAX_SIZE


def _uid(formula: Formula) -> int:
    return formula.uid


def _cut(answer: Witnesses, k: int) -> Witnesses:
    return answer if len(answer.found) <= k else Witnesses(answer.found[:k])
