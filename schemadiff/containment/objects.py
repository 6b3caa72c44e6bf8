"""
Objects that satisfy a conjunction of atoms.

Names that some atom lists are treated one by one. All others fall into regions, sets of names that satisfy the same
name formulas (minterms); regions are found on demand, by one of their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, count, islice, product
from typing import Any, NamedTuple

from schemadiff.algebra.int_ranges import ALWAYS, Counts, includes, intersect
from schemadiff.containment.strings import NotRegular, language, names_of, unknown_part
from schemadiff.containment.theory import NO_WITNESS, TOO_LARGE, Theory, Witnesses
from schemadiff.formula.evaluate import Evaluator
from schemadiff.formula.listed_strings import beyond_strings, listed_strings
from schemadiff.formula.terms import STRING, EveryProperty, Formula, ObjectAtom, PropertyCount, SomeProperty, StringIn
from schemadiff.instance import Value

MAX_PROPERTIES = 100_000
"""Larger objects are not written down."""


class _Region(NamedTuple):
    """
    Names that satisfy the same name formulas.

    Attributes:
        parts: what the value of a property with such a name has to satisfy.
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


def solve_objects(theory: Theory, atoms: tuple[ObjectAtom, ...], k: int) -> Witnesses:
    """
    Up to k objects.
    """
    try:
        return _ObjectProblem(theory, atoms).solve(k)
    except NotRegular as unknown:
        return Witnesses((), unknown.args[0])


class _ObjectProblem:
    def __init__(self, theory: Theory, atoms: tuple[ObjectAtom, ...]) -> None:
        self.theory = theory
        self.evaluator = Evaluator(theory.meter.tick, theory.meter.ticks)
        self.every: list[EveryProperty] = []
        self.by_name: dict[str, list[EveryProperty]] = {}
        self.some: list[SomeProperty] = []
        self.required: dict[str, list[SomeProperty]] = {}
        self.counts: Counts = ALWAYS
        self.count_atoms: list[PropertyCount] = []
        self._explicit: list[str] | None = None
        self._parts: dict[str, list[EveryProperty]] = {}
        self.doubt: Any = None
        for atom in atoms:
            theory.meter.tick()
            self._add(atom)

    def _add(self, atom: ObjectAtom) -> None:
        if isinstance(atom, PropertyCount):
            self.counts = intersect(self.counts, atom.counts)
            self.count_atoms.append(atom)
            return
        listed = atom.names.strings if isinstance(atom.names, StringIn) else None
        if isinstance(atom, EveryProperty):
            if listed is None:
                self.every.append(atom)
            else:
                for name in listed if len(listed) == 1 else sorted(listed):
                    self.by_name.setdefault(name, []).append(atom)
        elif listed is not None and len(listed) == 1:
            (name,) = listed
            self.required.setdefault(name, []).append(atom)
        else:
            self.some.append(atom)

    def atoms_for(self, name: str) -> list[EveryProperty]:
        result = self._parts.get(name)
        if result is None:
            result = list(self.by_name.get(name, ()))
            result += [each for each in self.every if self.includes(each.names, name)]
            self._parts[name] = result
        return result

    def name_sets(self) -> list[Formula]:
        """
        The sets of names about which atoms say something, apart from single names.
        """
        return [*(each.names for each in self.every), *(each.names for each in self.some)]

    def includes(self, names: Formula, name: str) -> bool:
        """
        Whether a name satisfies a formula.

        Raises:
            NotRegular: that is not known.
        """
        answer = self.evaluator.holds(names, name)
        if answer is None:
            raise NotRegular(unknown_part(names))
        return answer

    def explicit(self) -> list[str]:
        """
        All names that atoms list, those with an atom of their own first.
        """
        if self._explicit is None:
            result = dict.fromkeys((*self.required, *self.by_name))
            for names in self.name_sets():
                result.update(dict.fromkeys(sorted(listed_strings(names))))
            self._explicit = list(result)
        return self._explicit

    def solve(self, k: int) -> Witnesses:
        if not self.counts:
            return Witnesses((), None, tuple(self.count_atoms))
        chosen: dict[str, tuple[Formula, ...]] = {}
        for name, atoms in self.required.items():
            bound: list[EveryProperty | SomeProperty] = [*atoms, *self.atoms_for(name)]
            chosen[name] = tuple(each.formula for each in bound)
            answer = self.theory.ask(chosen[name])
            if not answer.found:
                if answer.doubt is None:
                    return Witnesses((), None, tuple(bound))
                self.doubt = answer.doubt
        most = self.counts[-1][1]
        if len(chosen) > most:
            required = (atoms[0] for atoms in self.required.values())
            return Witnesses((), None, (*self.count_atoms, *required))
        if not self.some and k == 1 and includes(self.counts, len(chosen)):
            return self._plain(chosen)
        witnesses: dict[Any, Value] = {}
        for witness in self._all(chosen, k):
            witnesses.setdefault(self.theory.mark(witness), witness)
            if len(witnesses) >= k:
                return Witnesses(tuple(witnesses.values()))
        if not witnesses and self.doubt is not None and self._lacking(_Regions(self, k)):
            return NO_WITNESS
        return Witnesses(tuple(witnesses.values()), self.doubt)

    def _lacking(self, regions: _Regions) -> bool:
        """
        Whether a property is required that cannot exist, whatever its name: then other doubts do not matter.
        """
        for index, needed in enumerate(self.some):
            listed = [self.atoms_for(name) for name in self.explicit() if self.includes(needed.names, name)]
            parts_of = [tuple(atom.formula for atom in atoms) for atoms in listed]
            parts_of += [region.parts for region in regions.within(index)]
            if all(self.theory.ask((needed.formula, *parts)).none for parts in parts_of):
                return True
        return False

    def _plain(self, chosen: dict[str, tuple[Formula, ...]]) -> Witnesses:
        """
        The object with the required properties only.
        """
        if self.doubt is not None:
            return Witnesses((), self.doubt)
        witnesses: Value = {name: self.theory.ask(parts).found[0] for name, parts in chosen.items()}
        return Witnesses((), TOO_LARGE) if self.theory.too_large(witnesses) else Witnesses((witnesses,))

    def _all(self, chosen: dict[str, tuple[Formula, ...]], k: int) -> Iterator[Value]:
        """
        The objects that satisfy the constraints, enough for k different ones; some more than once.
        """
        regions = _Regions(self, k)
        for properties in self._required(chosen, 0, regions):
            yield from self._padded(properties, k, regions)

    def _required(
        self, properties: dict[str, tuple[Formula, ...]], index: int, regions: _Regions
    ) -> Iterator[dict[str, tuple[Formula, ...]]]:
        """
        Every way to satisfy the requirements that name no single property.
        """
        if index == len(self.some):
            yield properties
            return
        self.theory.meter.step()
        self.theory.meter.tick(len(properties))
        names, inside = self.some[index].names, self.some[index].formula
        for name, parts in properties.items():
            if self.includes(names, name) and self.possible((*parts, inside)):
                yield from self._required({**properties, name: (*parts, inside)}, index + 1, regions)
        if len(properties) >= self.counts[-1][1]:
            return
        for name in self.explicit():
            if name not in properties and self.includes(names, name):
                parts = (inside, *(each.formula for each in self.atoms_for(name)))
                if self.possible(parts):
                    yield from self._required({**properties, name: parts}, index + 1, regions)
        for region in regions.within(index):
            parts = (inside, *region.parts)
            if self.possible(parts):
                fresh = regions.fresh(region, properties)
                if fresh is not None:
                    yield from self._required({**properties, fresh: parts}, index + 1, regions)

    def possible(self, parts: tuple[Formula, ...]) -> bool:
        answer = self.theory.ask(parts)
        if answer.doubt is not None and not answer.found:
            self.doubt = answer.doubt
        return bool(answer.found)

    def _padded(self, properties: dict[str, tuple[Formula, ...]], k: int, regions: _Regions) -> Iterator[Value]:
        """
        Every choice of further properties that makes the number right, with every choice of values.
        """
        if not all(self.possible(parts) for parts in properties.values()):
            # There is a doubt, which further properties do not remove.
            return
        if k == 1 and includes(self.counts, len(properties)):
            yield from self._valued(properties, k)
            return
        slots = _Slots(self, properties, regions)
        for extra in self._extras(len(properties)):
            if extra > MAX_PROPERTIES:
                self.doubt = TOO_LARGE
                return
            # Beyond the first so many slots there is nothing new, only other names.
            available = slots.first(extra + k if extra else 0)
            if len(available) < extra:
                return
            for added in combinations(available, extra):
                self.theory.meter.step()
                self.theory.meter.tick(len(properties) + extra)
                yield from self._valued({**properties, **dict(added)}, k)

    def _extras(self, have: int) -> Iterator[int]:
        """
        The numbers of properties that may be added, in ascending order.
        """
        for first, last in self.counts:
            total = max(first, have)
            while total <= last:
                yield total - have
                total += 1

    def _valued(self, properties: dict[str, tuple[Formula, ...]], k: int) -> Iterator[Value]:
        columns = []
        for parts in properties.values():
            answer = self.theory.ask(parts, k)
            if answer.doubt is not None:
                self.doubt = answer.doubt
            if not answer.found:
                return
            columns.append(answer.found)
        for values in product(*columns):
            result: Value = dict(zip(properties, values, strict=True))
            if self.theory.too_large(result):
                self.doubt = TOO_LARGE
                return
            yield result


class _Slots:
    """
    The further properties that an object may have: names, with what their values have to satisfy.
    """

    def __init__(self, problem: _ObjectProblem, taken: dict[str, tuple[Formula, ...]], regions: _Regions) -> None:
        self._iterator = self._each(problem, taken, regions)
        self._known: list[tuple[str, tuple[Formula, ...]]] = []

    def first(self, n: int) -> list[tuple[str, tuple[Formula, ...]]]:
        self._known.extend(islice(self._iterator, max(0, n - len(self._known))))
        return self._known[:n]

    @staticmethod
    def _each(
        problem: _ObjectProblem, taken: dict[str, tuple[Formula, ...]], regions: _Regions
    ) -> Iterator[tuple[str, tuple[Formula, ...]]]:
        for name in problem.explicit():
            if name not in taken:
                parts = tuple(each.formula for each in problem.atoms_for(name))
                if problem.possible(parts):
                    yield name, parts
        for region in regions.all():
            if not problem.possible(region.parts):
                continue
            for position in count():
                fresh = region.names.at(position)
                if fresh is None:
                    break
                if fresh not in taken:
                    yield fresh, region.parts


class _Regions:
    """
    The regions of a problem's names beyond those that are listed.
    """

    def __init__(self, problem: _ObjectProblem, k: int) -> None:
        self._problem = problem
        self._k = k
        self._found: dict[int | None, list[_Region]] = {}

    def fresh(self, region: _Region, taken: dict[str, tuple[Formula, ...]]) -> str | None:
        for position in range(len(taken) + 1):
            name = region.names.at(position)
            if name is None or name not in taken:
                return name
        return None

    def all(self) -> list[_Region]:
        return self._of(None)

    def within(self, index: int) -> list[_Region]:
        """
        The regions whose names may satisfy a requirement.
        """
        return self._of(index)

    def _of(self, index: int | None) -> list[_Region]:
        result = self._found.get(index)
        if result is None:
            result = self._found[index] = list(self._list(index))
        return result

    def _list(self, index: int | None) -> Iterator[_Region]:
        problem = self._problem
        arena, meter = problem.theory.arena, problem.theory.meter
        spelled = arena.view(arena.string_not_in(frozenset(problem.explicit())), STRING)
        base = spelled if index is None else arena.all_of((spelled, problem.some[index].names))
        base = arena.view(base, STRING)
        if index is not None and base is arena.false:
            return
        names = problem.name_sets()
        shapes = [arena.view(beyond_strings(arena, name), STRING) for name in dict.fromkeys(names)]
        undecided = [shape for shape in dict.fromkeys(shapes) if shape not in (arena.true, arena.false)]
        rest = base
        while True:
            meter.step(5)
            name = next(names_of(rest, meter), None)
            if name is None:
                return
            same = [
                each if problem.includes(each, name) else arena.view(arena.dual(each), STRING) for each in undecided
            ]
            region = arena.view(arena.all_of((base, *same)), STRING)
            binding = [each for each in problem.every if problem.includes(each.names, name)]
            yield _Region(tuple(each.formula for each in binding), _Drawn(names_of(region, meter)))
            if not undecided:
                return
            if self._roomy(region):
                # Names that more atoms bind, and that meet no more obligations, are of no further use.
                beaten = [each.names for each in binding]
                beaten += [arena.dual(each.names) for each in problem.some if not problem.includes(each.names, name)]
                same = [arena.view(beyond_strings(arena, each), STRING) for each in beaten]
            rest = arena.view(arena.all_of((rest, arena.dual(arena.all_of(same)))), STRING)

    def _roomy(self, region: Formula) -> bool:
        """
        Whether a region has more names than any wanted object needs.
        """
        problem = self._problem
        needed = problem.counts[0][0] + len(problem.some) + len(problem.required) + self._k + 1
        return bool(language(region).count(needed, problem.theory.meter) >= needed)
