"""
Objects that satisfy a conjunction of atoms.

Names that some atom spells out are looked at one by one. All others fall into regions, sets of names of which every
atom says the same; regions are found on demand, by looking at one name in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, count, islice, product
from typing import TYPE_CHECKING, Any, NamedTuple

from schemadiff.containment.strings import Odd, language, readable_first, texts
from schemadiff.formula import Evaluator, Formula, terms
from schemadiff.formula.evaluate import includes
from schemadiff.formula.terms import Counts
from schemadiff.instance import Value

if TYPE_CHECKING:
    from schemadiff.containment.solver import Answer, Solver

MAX_MEMBERS = 100_000
"""Larger objects are not written down."""

TOO_LARGE = "a witness larger than can be written down"


class _Region(NamedTuple):
    """
    Names of which every atom says the same.

    Attributes:
        parts: what a member with such a name has to satisfy.
        names: them, readable ones first; shared by all who draw from it.
    """

    parts: tuple[Formula, ...]
    names: _Drawn


class _Drawn:
    """
    The beginning of an iterator of names, remembered.
    """

    def __init__(self, names: Iterator[str]) -> None:
        self._names = names
        self._known: list[str] = []

    def at(self, position: int) -> str | None:
        """
        The name at a position; None if there are fewer.
        """
        self._known.extend(islice(self._names, max(0, position + 1 - len(self._known))))
        return self._known[position] if position < len(self._known) else None


def objects(solver: Solver, literals: tuple[Formula, ...], k: int) -> Answer:
    """
    Up to k objects.
    """
    from schemadiff.containment.solver import Answer

    try:
        return _Problem(solver, literals).solve(k)
    except Odd as odd:
        return Answer((), odd.args[0])


class _Problem:
    """
    One conjunction, gathered.
    """

    def __init__(self, solver: Solver, literals: tuple[Formula, ...]) -> None:
        self.solver = solver
        self.evaluator = Evaluator(solver.meter.tick, solver.meter.ticks)
        self.every: list[Formula] = []
        self.by_name: dict[str, list[Formula]] = {}
        self.some: list[Formula] = []
        self.required: dict[str, list[Formula]] = {}
        self.counts: Counts = ((0, float("inf")),)
        self.count_literals: list[Formula] = []
        self._explicit: list[str] | None = None
        self._parts: dict[str, list[Formula]] = {}
        self.doubt: Any = None
        for literal in literals:
            solver.meter.tick()
            self._add(literal)

    def _add(self, literal: Formula) -> None:
        if literal.op == "count":
            self.counts = _both(self.counts, literal.args[0])
            self.count_literals.append(literal)
            return
        names = literal.args[0]
        single = names.op == "word-in"
        if literal.op == "every":
            if single:
                words = names.args[0]
                for name in words if len(words) == 1 else sorted(words):
                    self.by_name.setdefault(name, []).append(literal)
            else:
                self.every.append(literal)
        elif single and len(names.args[0]) == 1:
            (name,) = names.args[0]
            self.required.setdefault(name, []).append(literal)
        else:
            self.some.append(literal)

    def literals_for(self, name: str) -> list[Formula]:
        """
        The atoms that bind a member of that name.
        """
        found = self._parts.get(name)
        if found is None:
            found = list(self.by_name.get(name, ()))
            found += [each for each in self.every if self.includes(each.args[0], name)]
            self._parts[name] = found
        return found

    def includes(self, names: Formula, name: str) -> bool:
        """
        Whether a name is meant.

        Raises:
            Odd: that cannot be computed.
        """
        answer = self.evaluator.holds(names, name)
        if answer is None:
            raise Odd(_oddity(names))
        return answer

    def explicit(self) -> list[str]:
        """
        All names that some atom spells out, those bound by an atom of their own first.
        """
        if self._explicit is None:
            found = dict.fromkeys((*self.required, *self.by_name))
            for literal in (*self.every, *self.some):
                found.update(dict.fromkeys(sorted(_words(literal.args[0]))))
            self._explicit = list(found)
        return self._explicit

    def solve(self, k: int) -> Answer:
        """
        Up to k objects.
        """
        from schemadiff.containment.solver import Answer

        if not self.counts:
            return Answer((), None, tuple(self.count_literals))
        chosen: dict[str, tuple[Formula, ...]] = {}
        for name, literals in self.required.items():
            bound = [*literals, *self.literals_for(name)]
            chosen[name] = tuple(each.args[1] for each in bound)
            answer = self.solver.ask(chosen[name])
            if not answer.witnesses:
                if answer.doubt is None:
                    return Answer((), None, tuple(bound))
                self.doubt = answer.doubt
        most = self.counts[-1][1]
        if len(chosen) > most:
            core = (*self.count_literals, *(literals[0] for literals in self.required.values()))
            return Answer((), None, core)
        if not self.some and k == 1 and includes(self.counts, len(chosen)):
            return self._plain(chosen)
        found: dict[Any, Value] = {}
        for witness in self._all(chosen, k):
            found.setdefault(self.solver.mark(witness), witness)
            if len(found) >= k:
                return Answer(tuple(found.values()))
        if not found and self.doubt is not None and self._lacking(_Regions(self, k)):
            return Answer(())
        return Answer(tuple(found.values()), self.doubt)

    def _lacking(self, regions: _Regions) -> bool:
        """
        Whether a member is needed that there cannot be, whatever its name: then it does not matter what is in doubt
        besides.
        """
        for index, literal in enumerate(self.some):
            names, inside = literal.args
            spelled = [self.literals_for(name) for name in self.explicit() if self.includes(names, name)]
            bound = [tuple(each.args[1] for each in literals) for literals in spelled]
            bound += [region.parts for region in regions.within(index)]
            answers = (self.solver.ask((inside, *parts)) for parts in bound)
            if all(answer.doubt is None and not answer.witnesses for answer in answers):
                return True
        return False

    def _plain(self, chosen: dict[str, tuple[Formula, ...]]) -> Answer:
        """
        The object of just the required members.
        """
        from schemadiff.containment.solver import Answer

        if self.doubt is not None:
            return Answer((), self.doubt)
        found: Value = {name: self.solver.ask(parts).witnesses[0] for name, parts in chosen.items()}
        return Answer((), TOO_LARGE) if self.solver.too_large(found) else Answer((found,))

    def _all(self, chosen: dict[str, tuple[Formula, ...]], k: int) -> Iterator[Value]:
        """
        All objects there are, as far as k of them may be wanted; some more than once.
        """
        regions = _Regions(self, k)
        for members in self._obliged(chosen, 0, regions):
            yield from self._padded(members, k, regions)

    def _obliged(
        self, members: dict[str, tuple[Formula, ...]], index: int, regions: _Regions
    ) -> Iterator[dict[str, tuple[Formula, ...]]]:
        """
        Every way to meet the obligations that name no single member.
        """
        if index == len(self.some):
            yield members
            return
        self.solver.meter.step()
        self.solver.meter.tick(len(members))
        names, inside = self.some[index].args
        for name, parts in members.items():
            if self.includes(names, name) and self._possible((*parts, inside)):
                yield from self._obliged({**members, name: (*parts, inside)}, index + 1, regions)
        if len(members) >= self.counts[-1][1]:
            return
        for name in self.explicit():
            if name not in members and self.includes(names, name):
                parts = (inside, *(each.args[1] for each in self.literals_for(name)))
                if self._possible(parts):
                    yield from self._obliged({**members, name: parts}, index + 1, regions)
        for region in regions.within(index):
            parts = (inside, *region.parts)
            if self._possible(parts):
                fresh = regions.fresh(region, members)
                if fresh is not None:
                    yield from self._obliged({**members, fresh: parts}, index + 1, regions)

    def _possible(self, parts: tuple[Formula, ...]) -> bool:
        answer = self.solver.ask(parts)
        if answer.doubt is not None and not answer.witnesses:
            self.doubt = answer.doubt
        return bool(answer.witnesses)

    def _padded(self, members: dict[str, tuple[Formula, ...]], k: int, regions: _Regions) -> Iterator[Value]:
        """
        Every choice of further members that makes the number right, with every choice of values.
        """
        if not all(self._possible(parts) for parts in members.values()):
            # Only doubt can have brought us here, and no further member takes it away.
            return
        if k == 1 and includes(self.counts, len(members)):
            yield from self._valued(members, k)
            return
        slots = _Slots(self, members, regions)
        for extra in self._extras(len(members)):
            if extra > MAX_MEMBERS:
                self.doubt = TOO_LARGE
                return
            # Beyond the first so many slots there is nothing new, only other names.
            available = slots.first(extra + k if extra else 0)
            if len(available) < extra:
                return
            for added in combinations(available, extra):
                self.solver.meter.step()
                self.solver.meter.tick(len(members) + extra)
                yield from self._valued({**members, **dict(added)}, k)

    def _extras(self, have: int) -> Iterator[int]:
        """
        The numbers of members that may be added to those there are, from the least on.
        """
        for first, last in self.counts:
            total = max(first, have)
            while total <= last:
                yield total - have
                total += 1

    def _valued(self, members: dict[str, tuple[Formula, ...]], k: int) -> Iterator[Value]:
        columns = []
        for parts in members.values():
            answer = self.solver.ask(parts, k)
            if answer.doubt is not None:
                self.doubt = answer.doubt
            if not answer.witnesses:
                return
            columns.append(answer.witnesses)
        for values in product(*columns):
            found: Value = dict(zip(members, values, strict=True))
            if self.solver.too_large(found):
                self.doubt = TOO_LARGE
                return
            yield found


class _Slots:
    """
    The further members that an object may have: by name, with what they have to satisfy.
    """

    def __init__(self, problem: _Problem, taken: dict[str, tuple[Formula, ...]], regions: _Regions) -> None:
        self._iterator = self._each(problem, taken, regions)
        self._known: list[tuple[str, tuple[Formula, ...]]] = []

    def first(self, n: int) -> list[tuple[str, tuple[Formula, ...]]]:
        """
        The first n, or all.
        """
        self._known.extend(islice(self._iterator, max(0, n - len(self._known))))
        return self._known[:n]

    @staticmethod
    def _each(
        problem: _Problem, taken: dict[str, tuple[Formula, ...]], regions: _Regions
    ) -> Iterator[tuple[str, tuple[Formula, ...]]]:
        for name in problem.explicit():
            if name not in taken:
                parts = tuple(each.args[1] for each in problem.literals_for(name))
                if problem._possible(parts):  # noqa: SLF001 - one of a pair
                    yield name, parts
        for region in regions.all():
            if not problem._possible(region.parts):  # noqa: SLF001
                continue
            for position in count():
                fresh = region.names.at(position)
                if fresh is None:
                    break
                if fresh not in taken:
                    yield fresh, region.parts


class _Regions:
    """
    The regions of a problem's names beyond those that are spelled out.
    """

    def __init__(self, problem: _Problem, k: int) -> None:
        self._problem = problem
        self._k = k
        self._found: dict[int | None, list[_Region]] = {}

    def fresh(self, region: _Region, taken: dict[str, tuple[Formula, ...]]) -> str | None:
        """
        A name of a region that is not taken.
        """
        for position in range(len(taken) + 1):
            name = region.names.at(position)
            if name is None or name not in taken:
                return name
        return None

    def all(self) -> list[_Region]:
        """
        All regions.
        """
        return self._of(None)

    def within(self, index: int) -> list[_Region]:
        """
        The regions whose members may meet an obligation.
        """
        return self._of(index)

    def _of(self, index: int | None) -> list[_Region]:
        found = self._found.get(index)
        if found is None:
            found = self._found[index] = list(self._list(index))
        return found

    def _list(self, index: int | None) -> Iterator[_Region]:
        problem = self._problem
        arena, meter = problem.solver.arena, problem.solver.meter
        spelled = arena.view(arena.atom("word-out", frozenset(problem.explicit())), terms.STRING)
        base = spelled if index is None else arena.all_of((spelled, problem.some[index].args[0]))
        base = arena.view(base, terms.STRING)
        if index is not None and base is arena.false:
            return
        names = [each.args[0] for each in (*problem.every, *problem.some)]
        shapes = [arena.view(_beyond(arena, each), terms.STRING) for each in dict.fromkeys(names)]
        undecided = [each for each in dict.fromkeys(shapes) if each not in (arena.true, arena.false)]
        rest = base
        while True:
            meter.step(5)
            word = next(_words_of(rest, meter), None)
            if word is None:
                return
            same = [
                each if problem.includes(each, word) else arena.view(arena.dual(each), terms.STRING)
                for each in undecided
            ]
            region = arena.view(arena.all_of((base, *same)), terms.STRING)
            binding = [each for each in problem.every if problem.includes(each.args[0], word)]
            yield _Region(tuple(each.args[1] for each in binding), _Drawn(_words_of(region, meter)))
            if not undecided:
                return
            if self._roomy(region):
                # Names that more atoms bind, and that meet no more obligations, are of no further use.
                beaten = [each.args[0] for each in binding]
                beaten += [
                    arena.dual(each.args[0]) for each in problem.some if not problem.includes(each.args[0], word)
                ]
                same = [arena.view(_beyond(arena, each), terms.STRING) for each in beaten]
            rest = arena.view(arena.all_of((rest, arena.dual(arena.all_of(same)))), terms.STRING)

    def _roomy(self, region: Formula) -> bool:
        """
        Whether a region has more names than any object that is looked for needs.
        """
        problem = self._problem
        needed = problem.counts[0][0] + len(problem.some) + len(problem.required) + self._k + 1
        return bool(language(region).count(needed, problem.solver.meter) >= needed)


def _words_of(names: Formula, meter: Any) -> Iterator[str]:
    """
    The names that satisfy a formula; the empty name only if there is no other.
    """
    if names.op == "or" and not names.args:
        return
    parts = names.args if names.op == "and" else (names,)
    if all(each.op in ("word-in", "word-out", "length") for each in parts):
        found = texts(parts, meter)
        first = next(found, None)
        if first == "":
            yield from islice(found, 1)
        yield from () if first is None else (first,)
        yield from found
        return
    whole = language(names)
    yield from readable_first(whole - type(whole).literal(""), meter)
    if whole.contains(""):
        yield ""


def _words(names: Formula) -> frozenset[str]:
    if names.op in ("word-in", "word-out"):
        found: frozenset[str] = names.args[0]
        return found
    if names.op in ("and", "or"):
        return frozenset().union(*map(_words, names.args))
    return frozenset()


def _beyond(arena: Any, names: Formula) -> Formula:
    """
    What a formula says of names that nobody spells out.
    """
    if names.op in ("word-in", "word-out"):
        return arena.constant(names.op == "word-out")  # type: ignore[no-any-return]
    if names.op in ("and", "or"):
        parts = [_beyond(arena, part) for part in names.args]
        return arena.all_of(parts) if names.op == "and" else arena.any_of(parts)  # type: ignore[no-any-return]
    return names


def _oddity(names: Formula) -> Any:
    if names.op in ("odd", "odd-not", "opaque", "opaque-not"):
        return names.args[1]
    if names.op in ("and", "or"):
        return next((found for found in map(_oddity, names.args) if found is not None), None)
    return None


def _both(one: Counts, other: Counts) -> Counts:
    found = []
    for first, last in one:
        for start, end in other:
            low, high = max(first, start), min(last, end)
            if low <= high:
                found.append((low, high))
    return tuple(found)
