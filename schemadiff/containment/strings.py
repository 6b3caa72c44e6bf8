"""
Strings that satisfy a conjunction of atoms, the shortest and most readable first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain, islice, product
from operator import and_, or_
from typing import Any, TypeGuard

from schemadiff.algebra.int_ranges import INFINITY, Counts, includes
from schemadiff.containment.theory import Theory, Witnesses
from schemadiff.formula import terms
from schemadiff.formula.evaluate import Evaluator
from schemadiff.formula.terms import Formula, StringAtom
from schemadiff.instance import Value
from schemadiff.runtime.budget import Meter

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

MAX_LENGTH = 200_000
"""Longer strings are not written down."""


class NotRegular(Exception):  # noqa: N818 - a state that becomes an answer
    """
    A condition on strings is not known to be regular; ``args[0]`` says why.
    """


class TooLong(Exception):  # noqa: N818 - a state that becomes an answer
    """
    The shortest string is too long to be written down.
    """


def strings(atoms: Sequence[StringAtom], meter: Meter) -> Iterator[str]:
    """
    All strings that satisfy the atoms.

    Raises:
        NotRegular: an atom is not regular, and the others leave something.
        TooLong: see there.
    """
    non_regular = [atom for atom in atoms if isinstance(atom, terms.NonRegular)]
    if non_regular:
        for _ in strings([atom for atom in atoms if not isinstance(atom, terms.NonRegular)], meter):
            raise NotRegular(non_regular[0].reason)
        return
    listed = [atom.strings for atom in atoms if isinstance(atom, terms.StringIn)]
    if listed:
        evaluator = Evaluator(meter.tick, meter.ticks)
        candidates = frozenset.intersection(*listed)
        meter.ahead(len(candidates))
        for string in sorted(candidates, key=lambda each: (len(each), each)):
            meter.step()
            if all(evaluator.holds(atom, string) for atom in atoms):
                yield string
    elif excludes_only(atoms):
        yield from _free(atoms, meter)
    else:
        yield from _in_language(atoms, meter)


def solve_strings(theory: Theory, atoms: tuple[StringAtom, ...], k: int) -> Witnesses:
    """
    Up to k strings.
    """
    witnesses: list[Value] = []
    try:
        witnesses.extend(islice(strings(atoms, theory.meter), k))
    except NotRegular as unknown:
        return Witnesses((), unknown.args[0])
    except TooLong:
        return Witnesses(tuple(witnesses), "a string longer than can be written down")
    return Witnesses(tuple(witnesses))


def excludes_only(atoms: Sequence[Formula]) -> TypeGuard[Sequence[terms.StringNotIn | terms.Length]]:
    """
    Whether atoms constrain nothing but the length, apart from single strings that they exclude.
    """
    return all(isinstance(atom, (terms.StringNotIn, terms.Length)) for atom in atoms)


_MANY = 40
"""Length bounds beyond it are checked last: most often they decide nothing, and counting is expensive."""


def _in_language(atoms: Sequence[StringAtom], meter: Meter) -> Iterator[str]:
    """
    The strings of a language. High length bounds need no counting where the language is empty without them, or where
    a short string satisfies them.
    """
    lengths = [atom.counts for atom in atoms if isinstance(atom, terms.Length)]
    edges = (edge for counts in lengths for bounds in counts for edge in bounds if edge != INFINITY)
    first = None
    if max(edges, default=0) > _MANY:
        result = language_of_all([atom for atom in atoms if not isinstance(atom, terms.Length)], meter)
        if result.is_empty(meter):
            return
        first = next(readable_first(result, meter))
        if all(includes(counts, len(first)) for counts in lengths):
            yield first
    yield from (string for string in readable_first(language_of_all(atoms, meter), meter) if string != first)


def readable_first(language: Any, meter: Meter) -> Iterator[str]:
    """
    The strings of a language: printable ASCII first, then with tabs and line ends, then all others, about which
    validators tend to disagree.
    """
    from schemadiff.algebra.regex import Language

    printable, spaced = Language.matching("^[ -~]*$"), Language.matching("^[ -~\\t\\n]*$")
    for part in (language & printable, language & spaced - printable, language - spaced):
        # One is usually enough, and much cheaper to find than the readable ones of its length in order.
        first = part.shortest(meter)
        if first is not None:
            yield first
            yield from (string for string in part.words(meter) if string != first)


def _free(atoms: Sequence[terms.StringNotIn | terms.Length], meter: Meter) -> Iterator[str]:
    excluded = frozenset[str]().union(*(atom.strings for atom in atoms if isinstance(atom, terms.StringNotIn)))
    lengths = [atom.counts for atom in atoms if isinstance(atom, terms.Length)]
    starts = sorted({first for counts in lengths for first, _ in counts} | {0})
    for start in starts:
        upper = min((other for other in starts if other > start), default=None)
        length = start
        while (upper is None or length < upper) and all(includes(counts, length) for counts in lengths):
            if length > MAX_LENGTH:
                raise TooLong
            for string in _of_length(length):
                meter.step()
                if string not in excluded:
                    yield string
            length += 1


def _of_length(length: int) -> Iterator[str]:
    """
    The strings of a length; of more than a million of them the first million.
    """
    varied = min(length, 4)
    for start in product(_LETTERS, repeat=varied):
        yield "".join(start) + "a" * (length - varied)
    if varied:
        for code in chain(range(0x20, 0xD800), range(0xE000, 0x110000), range(0x20), range(0xD800, 0xE000)):
            if chr(code) not in _LETTERS:
                yield chr(code) + "a" * (length - 1)


def language_of_all(formulas: Iterable[Formula], meter: Meter) -> Any:
    """
    The regular language of a conjunction.

    Raises:
        NotRegular: see ``strings``.
    """
    from schemadiff.algebra.regex import ALL

    result = ALL
    for formula in formulas:
        result = result & language(formula)
    meter.step()
    return result


def language(formula: Formula) -> Any:
    """
    The regular language of a formula about strings in which no references are left.

    Raises:
        NotRegular: see ``strings``.
    """
    from schemadiff.algebra.regex import ALL, NONE, Language

    match formula:
        case terms.True_():
            return ALL
        case terms.False_():
            return NONE
        case terms.And(parts=parts):
            return reduce(and_, [language(part) for part in parts])
        case terms.Or(parts=parts):
            return reduce(or_, [language(part) for part in parts])
        case terms.StringIn(strings=listed):
            return Language.literals(sorted(listed))
        case terms.StringNotIn(strings=listed):
            return ~Language.literals(sorted(listed))
        case terms.InLanguage(language=found, negated=negated):
            return ~found if negated else found
        case terms.Length(counts=counts):
            return _of_lengths(counts)
        case terms.NonRegular(reason=reason) | terms.Opaque(reason=reason):
            raise NotRegular(reason)
        case _:
            raise AssertionError(f"not a formula about strings: {formula!r}")


def _of_lengths(counts: Counts) -> Any:
    from schemadiff.algebra.regex import NONE, Language

    result = NONE
    for first, last in counts:
        result = result | Language.lengths(first, None if last == INFINITY else int(last))
    return result


def names_of(names: Formula, meter: Meter) -> Iterator[str]:
    """
    The names that satisfy a formula; the empty name only if there is no other.
    """
    if isinstance(names, terms.False_):
        return
    parts = names.parts if isinstance(names, terms.And) else () if isinstance(names, terms.True_) else (names,)
    simple = [part for part in parts if isinstance(part, (terms.StringIn, terms.StringNotIn, terms.Length))]
    if len(simple) == len(parts):
        result = strings(simple, meter)
        first = next(result, None)
        if first == "":
            yield from islice(result, 1)
        yield from () if first is None else (first,)
        yield from result
        return
    whole = language(names)
    yield from readable_first(whole - type(whole).literal(""), meter)
    if whole.contains(""):
        yield ""


def unknown_part(names: Formula) -> Any:
    """
    Why it is not known whether a name satisfies a formula; None if it is known.
    """
    if isinstance(names, (terms.NonRegular, terms.Opaque)):
        return names.reason
    if isinstance(names, (terms.And, terms.Or)):
        return next((result for result in map(unknown_part, names.parts) if result is not None), None)
    return None
