"""
Arrays that satisfy a conjunction of atoms.

An array is laid out position by position. Beyond the positions that some atom names all are alike. Where atoms count
items, each item decides for each counted formula whether it satisfies it; what is still missing is carried along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

from schemadiff.algebra.int_ranges import ALWAYS, INFINITY, Counts, intersect
from schemadiff.containment.theory import NO_WITNESS, TOO_LARGE, Theory, Witnesses
from schemadiff.formula import terms
from schemadiff.formula.terms import Formula
from schemadiff.instance import Value

MAX_ITEMS = 100_000
"""Longer arrays are not written down."""

_MAX_COUNTED = 3_000
"""Beyond so many items a layout with counted formulas is not searched for."""

_LOOK = 4
"""After so many decisions about an item it is asked whether there is such an item."""

_PER_STEP = 100
"""So many values of a column are looked through in one step of work."""


class _Counted(NamedTuple):
    """
    Between ``least`` and ``most`` of the items from ``start`` on satisfy a formula.
    """

    start: int
    formula: Formula
    least: int
    most: float


Layout = list["tuple[Formula, ...]"]


def solve_arrays(theory: Theory, atoms: tuple[terms.ArrayAtom, ...], k: int) -> Witnesses:
    """
    Up to k arrays.
    """
    problem = _ArrayProblem(theory, atoms)
    if not problem.sizes:
        return Witnesses((), None, tuple(problem.size_atoms))
    witnesses: dict[Any, Value] = {}
    for witness in problem.all(k):
        if theory.too_large(witness):
            problem.doubt = TOO_LARGE
            break
        witnesses.setdefault(theory.mark(witness), witness)
        if len(witnesses) >= k:
            return Witnesses(tuple(witnesses.values()))
    if not witnesses and problem.doubt is not None and problem.lacking():
        return NO_WITNESS
    core = None if problem.core is None else tuple(problem.core)
    return Witnesses(tuple(witnesses.values()), problem.doubt, core if not witnesses else None)


class _Layouts:
    """
    The layouts of one length in which the counts are right, found position by position.

    Arguments:
        problem: what is asked for.
        length: how many items there are.
        pair: two positions that hold the same value; None where no such pair is asked for.
    """

    def __init__(self, problem: _ArrayProblem, length: int, pair: tuple[int, int] | None) -> None:
        self.problem = problem
        self.length = length
        self.pair = pair
        self._dead: set[tuple[int, tuple[int, ...]]] = set()
        self._layout: Layout = []
        self._chosen: list[tuple[bool, ...]] = []

    def all(self) -> Iterator[Layout]:
        for result in self._place(0, (0,) * len(self.problem.counted)):
            if self.pair is None:
                yield result
                continue
            merged = (*result[self.pair[0]], *result[self.pair[1]])
            if self.problem.witnesses(merged, 1):
                result[self.pair[0]] = merged
                yield result

    def _place(self, index: int, counts: tuple[int, ...]) -> Iterator[Layout]:
        state = (index, tuple(min(have, _cap(each)) for have, each in zip(counts, self.problem.counted, strict=True)))
        # Between the two positions of a pair it matters how the first one was filled.
        bound = self.pair is not None and self.pair[0] < index <= self.pair[1]
        if not bound and state in self._dead:
            return
        self.problem.theory.meter.step()
        if index == self.length:
            if self._fits(counts, 0):
                yield list(self._layout)
            return
        lively = False
        for choice, parts in self._options(index, counts):
            self._layout.append(parts)
            self._chosen.append(choice)
            for result in self._place(index + 1, tuple(have + yes for have, yes in zip(counts, choice, strict=True))):
                lively = True
                yield result
            self._layout.pop()
            self._chosen.pop()
        if not lively and not bound:
            self._dead.add(state)

    def _options(self, index: int, counts: tuple[int, ...]) -> Iterator[tuple[tuple[bool, ...], tuple[Formula, ...]]]:
        """
        The ways to decide which counted formulas an item satisfies, with all that it has to satisfy then.
        """
        for choice in self._choices(index, counts, ()):
            if self._mirrors(index, choice):
                parts = self._parts(index, choice)
                if self.problem.witnesses(parts, 1):
                    yield choice, parts

    def _choices(self, index: int, counts: tuple[int, ...], chosen: tuple[bool, ...]) -> Iterator[tuple[bool, ...]]:
        """
        The choices that begin with some decisions and can still satisfy the counts.
        """
        if len(chosen) == len(counts):
            yield chosen
            return
        each, have, left = self.problem.counted[len(chosen)], counts[len(chosen)], self.length - index - 1
        for yes in (True, False) if each.start <= index else (False,):
            self.problem.theory.meter.step()
            further = (*chosen, yes)
            if have + yes > each.most or have + yes + left < each.least:
                continue
            # Looked at now and then, since what contradicts itself already leads to many choices further on.
            if len(further) % _LOOK or self.problem.witnesses(self._parts(index, further), 1):
                yield from self._choices(index, counts, further)

    def _fits(self, counts: tuple[int, ...], left: int) -> bool:
        return all(
            have <= each.most and have + left >= each.least
            for have, each in zip(counts, self.problem.counted, strict=True)
        )

    def _mirrors(self, index: int, choice: tuple[bool, ...]) -> bool:
        """
        Whether the later position of a pair has the decisions of the earlier one, where both have to decide.
        """
        if self.pair is None or index != self.pair[1]:
            return True
        first = self.pair[0]
        decided = zip(choice, self._chosen[first], self.problem.counted, strict=True)
        return all(one == other or each.start > first for one, other, each in decided)

    def _parts(self, index: int, choice: tuple[bool, ...]) -> tuple[Formula, ...]:
        problem, arena = self.problem, self.problem.theory.arena
        base = problem.parts(min(index, problem.head))
        if self.pair is not None and index in self.pair:
            base = (*base, *problem.parts(min(sum(self.pair) - index, problem.head)))
        added = (
            each.formula if yes else arena.dual(each.formula)
            for each, yes in zip(problem.counted, choice, strict=False)
            if each.start <= index
        )
        return (*base, *added)


def _cap(counted: _Counted) -> int:
    """
    The number of satisfying items beyond which the exact number makes no difference.
    """
    return counted.least if counted.most == INFINITY else int(counted.most) + 1


class _ArrayProblem:
    def __init__(self, theory: Theory, atoms: tuple[terms.ArrayAtom, ...]) -> None:
        self.theory = theory
        self.sizes: Counts = ALWAYS
        self.size_atoms: list[Formula] = []
        self.at: dict[int, list[terms.OptionalItem | terms.RequiredItem]] = {}
        self.needed = 0
        self.tails: list[tuple[int, Formula, Formula]] = []
        self.counted: list[_Counted] = []
        self.unique = self.repeated = False
        self.doubt: Any = None
        self.core: list[Formula] | None = None
        bounds: dict[tuple[int, Formula], tuple[int, float]] = {}
        for atom in atoms:
            theory.meter.tick()
            self._add(atom, bounds)
        for (start, formula), (least, most) in bounds.items():
            self.counted.append(_Counted(start, formula, least, most))
        self.sizes = intersect(self.sizes, ((self.needed, INFINITY),))
        self.head = max(
            [0, *(i + 1 for i in self.at), *(s for s, _, _ in self.tails), *(c.start for c in self.counted)]
        )

    def _add(self, atom: terms.ArrayAtom, bounds: dict[tuple[int, Formula], tuple[int, float]]) -> None:
        match atom:
            case terms.ItemCount(counts=counts):
                self.sizes = intersect(self.sizes, counts)
                self.size_atoms.append(atom)
            case terms.OptionalItem(index=index):
                self.at.setdefault(index, []).append(atom)
            case terms.RequiredItem(index=index):
                self.at.setdefault(index, []).append(atom)
                self.needed = max(self.needed, index + 1)
                self.size_atoms.append(atom)
            case terms.AtMost(number=0, start=start, formula=formula):
                self.tails.append((start, self.theory.arena.dual(formula), atom))
            case terms.AtMost(number=number, start=start, formula=formula):
                least, most = bounds.get((start, formula), (0, INFINITY))
                bounds[start, formula] = (least, min(most, number))
            case terms.AtLeast(number=number, start=start, formula=formula):
                least, most = bounds.get((start, formula), (0, INFINITY))
                bounds[start, formula] = (max(least, number), most)
                self.needed = max(self.needed, number + start)
                self.size_atoms.append(atom)
            case terms.Distinct(negated=negated):
                self.repeated |= negated
                self.unique |= not negated
            case _:
                raise terms.unhandled(atom)

    def parts(self, index: int) -> tuple[Formula, ...]:
        """
        What an item there has to satisfy, counted formulas aside.
        """
        here = [each.formula for each in self.at.get(index, ())]
        return (*here, *(formula for start, formula, _ in self.tails if start <= index))

    def all(self, k: int) -> Iterator[Value]:
        """
        The arrays that satisfy the constraints, enough for k different ones; some more than once.
        """
        limit = self._limit()
        if limit is not None and self.sizes[0][0] > limit:
            return
        if self.unique and any(map(self._scarce, self.counted)):
            return
        pairs: list[tuple[int, int] | None] = [None]
        if self.repeated:
            pairs = [(one, other) for other in range(self.head + 2) for one in range(other)]
        for length in self._lengths(k, limit):
            if length > MAX_ITEMS or (length > _MAX_COUNTED and (self.counted or self.unique)):
                if not (self.unique and self._worn_out(_MAX_COUNTED)):
                    self.doubt = TOO_LARGE
                return
            produced = False
            for pair in pairs:
                if pair is None or pair[1] < length:
                    for witness in self._of_length(length, pair, k):
                        produced = True
                        yield witness
            if self.unique and not produced and length > self.head and self._worn_out(length):
                return

    def _limit(self) -> int | None:
        """
        The greatest length that the single positions admit, None if unbounded; sets ``core`` if that is too short.
        """
        limit, index = None, 0
        while index <= self.head:
            answer = self.theory.ask(self.parts(index)) if self.parts(index) else None
            if answer is not None and not answer.found:
                if answer.doubt is None:
                    limit = index
                    here = [*self.at.get(index, ()), *(each for start, _, each in self.tails if start <= index)]
                    if self.sizes[0][0] > index:
                        # It is too short for certain, whatever is doubtful before it ends.
                        self.core, self.doubt = [*self.size_atoms, *here], None
                    break
                self.doubt = answer.doubt
            index += 1
        return limit

    def lacking(self) -> bool:
        """
        Whether items are required that cannot exist: then other doubts do not matter.
        """
        return any(
            all(self._none(index, counted.formula) for index in range(counted.start, max(self.head, counted.start) + 1))
            for counted in self.counted
            if counted.least
        )

    def _none(self, index: int, formula: Formula) -> bool:
        answer = self.theory.ask((*self.parts(index), formula))
        return answer.none

    def _scarce(self, counted: _Counted) -> bool:
        """
        Whether there are too few distinct items of a kind of which some are needed.
        """
        if counted.least < 2 or counted.least > _MAX_COUNTED:
            return False
        parts = self.parts(self.head) if counted.start >= self.head else ()
        answer = self.theory.ask((*parts, counted.formula), counted.least)
        return answer.doubt is None and len(answer.found) < counted.least

    def _worn_out(self, length: int) -> bool:
        """
        Whether no array of distinct items can be as long, whatever the counts.
        """
        answer = self.theory.ask(self.parts(self.head), length)
        return answer.doubt is None and len(answer.found) < length - self.head

    def _lengths(self, k: int, limit: int | None) -> Iterator[int]:
        """
        The lengths among which there are k arrays, if there are any.

        In an array that is longer than all that asks for items an item of the tail can be left out.
        """
        asked = sum(each.least for each in self.counted) + 2 + k
        for first, last in self.sizes:
            end = min(last, max(first, self.head) + asked)
            if limit is not None:
                end = min(end, limit)
            length = first
            while length <= end:
                self.theory.meter.step()
                yield length
                length += 1

    def _of_length(self, length: int, pair: tuple[int, int] | None, k: int) -> Iterator[Value]:
        if self.unique and pair is not None:
            return
        if not self.counted and pair is None and k == 1 and not self.unique:
            head = [self.witnesses(self.parts(index), 1) for index in range(min(length, self.head))]
            tail = [self.witnesses(self.parts(self.head), 1)] if length > self.head else []
            if all(head) and all(tail):
                yield [column[0] for column in (*head, *tail * (length - self.head))]
            return
        for layout in self._layouts(length, pair):
            self.theory.meter.step()
            yield from self._valued(layout, pair, k)

    def witnesses(self, parts: tuple[Formula, ...], k: int) -> tuple[Value, ...]:
        """
        Up to k values that satisfy all parts; a doubt is noted.
        """
        answer = self.theory.ask(parts, k) if parts else self.theory.ask((self.theory.arena.true,), k)
        if answer.doubt is not None and len(answer.found) < k:
            self.doubt = answer.doubt
        return answer.found

    def _valued(self, layout: Layout, pair: tuple[int, int] | None, k: int) -> Iterator[Value]:
        if not self.unique:
            columns = [self.witnesses(parts, k) for parts in layout]
            if pair is not None:
                columns[pair[1]] = (None,)
            for values in product(*columns):
                result = list(values)
                if pair is not None:
                    result[pair[1]] = result[pair[0]]
                yield result
            return
        yield from self._distinct(layout, k)

    def _distinct(self, layout: Layout, k: int) -> Iterator[Value]:
        """
        The arrays of one layout whose items all differ, by backtracking after a matching has shown that there are any.
        """
        step = self.theory.meter.step
        # In tuples, since the key of null is None, which stands for no value below.
        known = {parts: self.witnesses(parts, len(layout) + k) for parts in dict.fromkeys(layout)}
        marks = {parts: [(self.theory.mark(value),) for value in column] for parts, column in known.items()}
        step(sum(map(len, marks.values())) + len(layout))
        columns, keys = [known[parts] for parts in layout], [marks[parts] for parts in layout]
        if not _matchable(keys, step):
            return
        if len(layout) > 60:
            yield _assigned(columns, keys, step)
            if k > 1:
                self.doubt = TOO_LARGE
            return
        yield from _extended(columns, keys, [], set(), step)

    def _uncounted(self, length: int, pair: tuple[int, int] | None) -> Iterator[Layout]:
        self.theory.meter.tick(length)
        layout: Layout = [self.parts(min(index, self.head)) for index in range(length)]
        if pair is not None:
            layout[pair[0]] = (*layout[pair[0]], *layout[pair[1]])
        if all(self.witnesses(parts, 1) for parts in dict.fromkeys(layout)):
            yield layout

    def _layouts(self, length: int, pair: tuple[int, int] | None) -> Iterator[Layout]:
        if not self.counted:
            yield from self._uncounted(length, pair)
        else:
            yield from _Layouts(self, length, pair).all()


Step = Callable[[int], None]


def _extended(
    columns: list[tuple[Value, ...]], keys: list[list[Any]], chosen: list[int], taken: set[Any], step: Step
) -> Iterator[Value]:
    step(1)
    if len(chosen) == len(columns):
        yield [column[choice] for column, choice in zip(columns, chosen, strict=True)]
        return
    for choice, mark in enumerate(keys[len(chosen)]):
        if mark in taken:
            continue
        taken.add(mark)
        chosen.append(choice)
        if _matchable([[each for each in column if each not in taken] for column in keys[len(chosen) :]], step):
            yield from _extended(columns, keys, chosen, taken, step)
        chosen.pop()
        taken.discard(mark)


def _matchable(columns: list[list[Any]], step: Step) -> bool:
    """
    Whether every column can be given a value of its own.
    """
    if all(len(column) >= len(columns) for column in columns):
        return True
    return _matching(columns, step) is not None


def _matching(columns: list[list[Any]], step: Step) -> dict[Any, int] | None:
    """
    A value for each column (augmenting paths); None if there is no way.
    """
    owner: dict[Any, int] = {}
    for start in range(len(columns)):
        step(1 + len(columns[start]) // _PER_STEP)
        free = next((mark for mark in columns[start] if mark not in owner), None)
        if free is not None:
            owner[free] = start
            continue
        came: dict[Any, tuple[int, Any]] = {}
        pending: list[tuple[int, Any]] = [(start, None)]
        end = None
        while pending and end is None:
            column, through = pending.pop()
            step(1 + len(columns[column]) // _PER_STEP)
            for mark in columns[column]:
                if mark in came:
                    continue
                came[mark] = (column, through)
                if mark not in owner:
                    end = mark
                    break
                pending.append((owner[mark], mark))
        if end is None:
            return None
        while end is not None:
            column, through = came[end]
            owner[end] = column
            end = through
    return owner


def _assigned(columns: list[tuple[Value, ...]], keys: list[list[Any]], step: Step) -> Value:
    owner = _matching(keys, step)
    assert owner is not None
    by_column = {column: mark for mark, column in owner.items()}
    # Many columns are one and the same.
    distinct = {id(marks): marks for marks in keys}
    positions = {which: {mark: position for position, mark in enumerate(marks)} for which, marks in distinct.items()}
    return [column[positions[id(keys[index])][by_column[index]]] for index, column in enumerate(columns)]
