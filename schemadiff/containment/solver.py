"""
Is there a value that satisfies a formula, and are there k of them?

A question is a formula and a number k; its answer is the k smallest witnesses that turn up. Recursive schemas make
questions that lead back to themselves: their answers are the least fixpoint, in which every witness is a finite
value. While a question is open its own answer counts as what has been found so far; an answer that leaned on an
open question is kept for as long as that question is open, and for good once it has turned out as assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from schemadiff.containment.case_split import NO_GUESS, Conflict, Search
from schemadiff.containment.numbers import numbers
from schemadiff.containment.strings import Odd, TooLong, texts
from schemadiff.formula import KINDS, Arena, Evaluator, Formula, Reference, terms
from schemadiff.instance import Value, key, size
from schemadiff.runtime.budget import Meter


class Answer(NamedTuple):
    """
    What is known of a question.

    Attributes:
        witnesses: distinct values that satisfy the formula.
        doubt: why there may be more than these, though fewer than asked for were found; None if there are not.
        core: where there is no witness, atoms that suffice to exclude it; None stands for all of them.
    """

    witnesses: tuple[Value, ...]
    doubt: Any = None
    core: tuple[Formula, ...] | None = None


NOTHING = Answer(())

MAX_SIZE = 200_000
"""Larger witnesses are not kept."""

_MAX_GUESS = 2_000
"""Larger witnesses are not held against formulas by the way."""


class _Frame:
    """
    An open question.

    Attributes:
        k: how many witnesses are wanted.
        found: the witnesses so far, which are the answer as long as it is open.
        leaned: whether the answer was asked for while it was open.
        needs: the levels, as bits, of the open questions on whose answers this one leaned.
        resting: questions whose answers leaned on this one.
    """

    __slots__ = ("found", "k", "leaned", "needs", "resting")

    def __init__(self, k: int) -> None:
        self.k = k
        self.found: tuple[Value, ...] = ()
        self.leaned = False
        self.needs = 0
        self.resting: list[Formula] = []


_LITERALS = 10
"""So many atoms are gathered in one step."""


class _Resting(NamedTuple):
    """
    An answer that is right if the open questions on which it leaned turn out as assumed.
    """

    needs: int
    k: int
    answer: Answer


class Solver:
    """
    Answers questions about the formulas of one arena.

    Arguments:
        arena: where they live.
        meter: counts the work.
    """

    def __init__(self, arena: Arena, meter: Meter) -> None:
        self.arena = arena
        self.meter = meter
        self._done: dict[Formula, tuple[int, Answer]] = {}
        self._frames: list[_Frame] = []
        self._open: dict[Formula, int] = {}
        self._resting: dict[Formula, _Resting] = {}
        self._empties: dict[frozenset[Formula], bool] = {}
        self._weights: dict[int, tuple[int, Value]] = {}
        self._marks: dict[int, tuple[Hashable, Value]] = {}
        self._numbered: dict[Hashable, Hashable] = {}

    def ask(self, parts: Iterable[Formula], k: int = 1) -> Answer:
        """
        Up to k distinct values that satisfy all parts.
        """
        self.meter.tick()
        question = self._conjunction(parts)
        if question is self.arena.false:
            return NOTHING
        known = self._done.get(question)
        if known is not None and known[0] >= k:
            return _cut(known[1], k)
        resting = self._resting.get(question)
        if resting is not None and resting.k >= k:
            self._lean(resting.needs)
            return _cut(resting.answer, k)
        level = self._open.get(question)
        if level is not None:
            frame = self._frames[level]
            # More than were asked for at first need not be found here either: as long as there are fewer, none
            # of them is held back, and once there are as many the question is answered.
            frame.leaned = True
            self._lean(1 << level)
            return Answer(frame.found[:k])
        return _cut(self._open_up(question, k), k)

    def _conjunction(self, parts: Iterable[Formula]) -> Formula:
        members = sorted(set(parts), key=_uid)
        return members[0] if len(members) == 1 else self.arena.all_of(members)

    def _lean(self, needs: int) -> None:
        if self._frames:
            self._frames[-1].needs |= needs

    def _open_up(self, question: Formula, k: int) -> Answer:
        level = len(self._frames)
        frame = _Frame(k)
        self._frames.append(frame)
        self._open[question] = level
        try:
            while True:
                frame.needs = 0
                answer = self._compute(question, k)
                if len(answer.witnesses) >= k or not frame.leaned or len(answer.witnesses) == len(frame.found):
                    break
                frame.found = answer.witnesses
                self._forget(frame)
        finally:
            self._frames.pop()
            del self._open[question]
        self._close(question, frame, 1 << level, answer)
        return answer

    def _close(self, question: Formula, frame: _Frame, bit: int, answer: Answer) -> None:
        """
        Decide what becomes of an answer, and of those that leaned on it while it was open.
        """
        enough = len(answer.witnesses) >= frame.k
        needs = 0 if enough else frame.needs & ~bit
        if enough and len(answer.witnesses) > len(frame.found):
            self._forget(frame)
        for formula in frame.resting:
            resting = self._resting.pop(formula, None)
            if resting is not None:
                self._keep(formula, _Resting(resting.needs & ~bit | needs, resting.k, resting.answer))
        self._keep(question, _Resting(needs, frame.k, answer))

    def _keep(self, question: Formula, resting: _Resting) -> None:
        if not resting.needs:
            self._done[question] = (resting.k, resting.answer)
            return
        self._lean(resting.needs)
        self._resting[question] = resting
        for level, frame in enumerate(self._frames):
            if resting.needs >> level & 1:
                frame.resting.append(question)

    def _forget(self, frame: _Frame) -> None:
        for formula in frame.resting:
            self._resting.pop(formula, None)
        frame.resting.clear()

    def _compute(self, question: Formula, k: int) -> Answer:
        found: dict[Any, Value] = {}
        doubt = None
        for kind in KINDS:
            view = self.arena.view(question, kind)
            if view is self.arena.false:
                continue
            answer = self._of_kind(view, kind, k - len(found))
            for witness in answer.witnesses:
                found.setdefault(self.mark(witness), witness)
            doubt = doubt or answer.doubt
            if len(found) >= k:
                return Answer(tuple(found.values())[:k])
        return Answer(tuple(found.values()), doubt)

    def _of_kind(self, view: Formula, kind: int, k: int) -> Answer:
        self.meter.step()
        found: dict[Any, Value] = {}
        doubts: list[Any] = []

        def leaf(literals: tuple[Formula, ...]) -> Conflict | None:
            answer = self.theory(kind, literals, k)
            for witness in answer.witnesses:
                found.setdefault(self.mark(witness), witness)
            if answer.doubt is not None:
                doubts.append(answer.doubt)
            if answer.witnesses or answer.doubt is not None:
                return None
            return Conflict(answer.core)

        def look(literals: tuple[Formula, ...]) -> Conflict | Value:
            answer = self.theory(kind, literals, 1)
            if not answer.witnesses:
                return NO_GUESS if answer.doubt is not None else Conflict(answer.core)
            guess = answer.witnesses[0]
            if self.weight(guess) > _MAX_GUESS:
                return NO_GUESS
            if Evaluator(self.meter.step, self.meter.ticks).holds(view, guess):
                found.setdefault(self.mark(guess), guess)
            return guess

        Search(self, kind).run(view, leaf, look, lambda: len(found) >= k)
        return Answer(tuple(found.values())[:k], doubts[0] if doubts and len(found) < k else None)

    def theory(self, kind: int, literals: tuple[Formula, ...], k: int) -> Answer:
        """
        Up to k witnesses of one type for a conjunction of atoms.
        """
        opaque = [literal for literal in literals if literal.op in ("opaque", "opaque-not")]
        if opaque:
            rest = self.theory(kind, tuple(each for each in literals if each not in opaque), 1)
            doubt = opaque[0].args[1] if rest.witnesses else rest.doubt
            return Answer((), doubt, rest.core)
        self.meter.step(len(literals) // _LITERALS)
        return _THEORIES[kind](self, literals, k)

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
            total = 1 + sum(self.weight(each) for each in members)
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

    def plainly_empty(self, parts: Iterable[Formula]) -> bool:
        """
        Whether a conjunction has no witness for a reason that is seen at a glance: types, or small sets of values.
        """
        mark = frozenset(parts)
        found = self._empties.get(mark)
        if found is None:
            found = self._empties[mark] = self._glance(mark)
        return found

    def _glance(self, parts: frozenset[Formula]) -> bool:
        mask = terms.ANY
        words: frozenset[str] | None = None
        exact: frozenset[Any] | None = None
        out: set[Any] = set()
        for part in self.flat(parts):
            self.meter.tick()
            mask &= self.arena.kinds(part)
            if part.op == "word-in":
                words = part.args[0] if words is None else words & part.args[0]
            elif part.op == "number-in":
                exact = part.args[0] if exact is None else exact & part.args[0]
            elif part.op in ("word-out", "number-out"):
                out |= part.args[0]
        if words is not None and not words - out:
            mask &= ~terms.STRING
        if exact is not None and not exact - out:
            mask &= ~terms.NUMBER
        return not mask

    def flat(self, parts: Iterable[Formula]) -> Iterator[Formula]:
        """
        What a conjunction says at a glance: its atoms and disjunctions, references written out; not all of very many.
        """
        pending, seen = list(parts), set[Formula]()
        while pending:
            part = pending.pop()
            if part in seen or len(seen) > 200:
                continue
            seen.add(part)
            if part.op == "and":
                pending.extend(part.args)
            elif part.op in ("ref", "ref-not"):
                pending.append(self.written(part))
            else:
                yield part

    def written(self, formula: Formula) -> Formula:
        """
        What a reference stands for.
        """
        reference: Reference = formula.args[0]
        inside = reference.formula()
        return inside if formula.op == "ref" else self.arena.dual(inside)


def _uid(formula: Formula) -> int:
    return formula.uid


def _cut(answer: Answer, k: int) -> Answer:
    return answer if len(answer.witnesses) <= k else Answer(answer.witnesses[:k])


def _constant(value: Value) -> Callable[[Solver, tuple[Formula, ...], int], Answer]:
    return lambda _solver, _literals, _k: Answer((value,))


def _numbers(solver: Solver, literals: tuple[Formula, ...], k: int) -> Answer:
    return Answer(tuple(islice(numbers(literals, solver.meter), k)))


def _texts(solver: Solver, literals: tuple[Formula, ...], k: int) -> Answer:
    found: list[Value] = []
    try:
        found.extend(islice(texts(literals, solver.meter), k))
    except Odd as odd:
        return Answer((), odd.args[0])
    except TooLong:
        return Answer(tuple(found), "a text longer than can be written down")
    return Answer(tuple(found))


def _arrays(solver: Solver, literals: tuple[Formula, ...], k: int) -> Answer:
    from schemadiff.containment.arrays import arrays

    return arrays(solver, literals, k)


def _objects(solver: Solver, literals: tuple[Formula, ...], k: int) -> Answer:
    from schemadiff.containment.objects import objects

    return objects(solver, literals, k)


_THEORIES: dict[int, Callable[[Solver, tuple[Formula, ...], int], Answer]] = {
    terms.NULL: _constant(None),
    terms.FALSE: _constant(False),
    terms.TRUE: _constant(True),
    terms.NUMBER: _numbers,
    terms.STRING: _texts,
    terms.ARRAY: _arrays,
    terms.OBJECT: _objects,
}
