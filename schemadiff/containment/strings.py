"""
Texts that satisfy a conjunction of constraints, the shortest and most readable first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, product
from typing import Any

from schemadiff.formula import Evaluator, Formula
from schemadiff.formula.evaluate import includes
from schemadiff.runtime.budget import Meter

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

MAX_LENGTH = 200_000
"""Longer texts are not written down."""


class Odd(Exception):  # noqa: N818 - a state that becomes an answer
    """
    A condition on texts cannot be computed with; ``args[0]`` says why.
    """


class TooLong(Exception):  # noqa: N818 - a state that becomes an answer
    """
    The shortest text is too long to be written down.
    """


def texts(literals: Iterable[Formula], meter: Meter) -> Iterator[str]:
    """
    All texts that satisfy the atoms.

    Raises:
        Odd: an atom cannot be computed with, and the others leave something.
        TooLong: see there.
    """
    literals = list(literals)
    among = [literal.args[0] for literal in literals if literal.op == "word-in"]
    odd = [literal.args[1] for literal in literals if literal.op in ("odd", "odd-not")]
    if odd:
        for _ in texts([each for each in literals if not each.op.startswith("odd")], meter):
            raise Odd(odd[0])
        return
    if among:
        evaluator = Evaluator(meter.tick, meter.ticks)
        words = frozenset.intersection(*among)
        meter.ahead(len(words))
        for word in sorted(words, key=lambda each: (len(each), each)):
            meter.step()
            if all(evaluator.holds(literal, word) for literal in literals):
                yield word
    elif all(literal.op in ("word-out", "length") for literal in literals):
        yield from _free(literals, meter)
    else:
        yield from _of_lengths(literals, meter)


_MANY = 40
"""Bounds on the length beyond it are looked at last: most often they decide nothing, and counting costs."""


def _of_lengths(literals: list[Formula], meter: Meter) -> Iterator[str]:
    """
    The texts of a language; where there are none of any length, or a short one fits, far bounds need no counting.
    """
    lengths = [literal.args[0] for literal in literals if literal.op == "length"]
    edges = (edge for counts in lengths for bounds in counts for edge in bounds if edge != float("inf"))
    first = None
    if max(edges, default=0) > _MANY:
        found = language_of_all([literal for literal in literals if literal.op != "length"], meter)
        if found.is_empty(meter):
            return
        first = next(readable_first(found, meter))
        if all(includes(counts, len(first)) for counts in lengths):
            yield first
    yield from (word for word in readable_first(language_of_all(literals, meter), meter) if word != first)


def readable_first(language: Any, meter: Meter) -> Iterator[str]:
    """
    The members of a language: printable ASCII before all others, about which validators tend to disagree, the more so
    the further from it they are.
    """
    from schemadiff.algebra.regex import Language

    plain, spaced = Language.matching("^[ -~]*$"), Language.matching("^[ -~\\t\\n]*$")
    for part in (language & plain, language & spaced - plain, language - spaced):
        # One is usually enough, and much cheaper to find than the readable ones of its length in order.
        first = part.shortest(meter)
        if first is not None:
            yield first
            yield from (word for word in part.words(meter) if word != first)


def _free(literals: list[Formula], meter: Meter) -> Iterator[str]:
    out = frozenset().union(*(literal.args[0] for literal in literals if literal.op == "word-out"))
    lengths = [literal.args[0] for literal in literals if literal.op == "length"]
    starts = sorted({first for counts in lengths for first, _ in counts} | {0})
    for start in starts:
        upper = min((other for other in starts if other > start), default=None)
        length = start
        while (upper is None or length < upper) and all(
            any(first <= length <= last for first, last in counts) for counts in lengths
        ):
            if length > MAX_LENGTH:
                raise TooLong
            for word in _of_length(length):
                meter.step()
                if word not in out:
                    yield word
            length += 1


def _of_length(length: int) -> Iterator[str]:
    """
    The words of a length; of more than a million of them the first million.
    """
    varied = min(length, 4)
    for start in product(_LETTERS, repeat=varied):
        yield "".join(start) + "a" * (length - varied)
    if varied:
        for code in chain(range(0x20, 0xD800), range(0xE000, 0x110000), range(0x20), range(0xD800, 0xE000)):
            if chr(code) not in _LETTERS:
                yield chr(code) + "a" * (length - 1)


def language_of_all(literals: Iterable[Formula], meter: Meter) -> Any:
    """
    The regular language of a conjunction.

    Raises:
        Odd: see ``texts``.
    """
    from schemadiff.algebra.regex import ALL

    found = ALL
    for literal in literals:
        found = found & language(literal)
    meter.step()
    return found


def language(formula: Formula) -> Any:
    """
    The regular language of a formula about texts in which no references are left.

    Raises:
        Odd: see ``texts``.
    """
    from schemadiff.algebra.regex import ALL, NONE, Language

    op, args = formula.op, formula.args
    if op in ("and", "or"):
        parts = [language(part) for part in args]
        found = ALL if op == "and" else NONE
        for part in parts:
            found = found & part if op == "and" else found | part
        return found
    if op in ("word-in", "word-out"):
        words = Language.literals(sorted(args[0]))
        return words if op == "word-in" else ~words
    if op in ("language", "language-not"):
        return args[0] if op == "language" else ~args[0]
    if op == "length":
        found = NONE
        for first, last in args[0]:
            found = found | Language.lengths(first, None if last == float("inf") else int(last))
        return found
    raise Odd(args[1])
