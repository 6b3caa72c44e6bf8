"""
Clauses: conjunctions of terms and negated terms, simplified; the states of a search.

A formula is the union of finitely many clauses. Bounds and alphabets simplify clauses
without taking derivatives, so that counters need not be counted down one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemadiff.algebra import int_ranges as counts
from schemadiff.algebra.budget import StepBudget
from schemadiff.algebra.charset import ANY, CharSet
from schemadiff.algebra.int_ranges import ALWAYS, INFINITY, Counts
from schemadiff.algebra.regex import boolean_terms as formulas
from schemadiff.algebra.regex import terms
from schemadiff.algebra.regex.boolean_terms import Formula
from schemadiff.algebra.regex.membership import accepts
from schemadiff.algebra.regex.restrict_alphabet import confine
from schemadiff.algebra.regex.terms import CHARS, EMPTY, OR, POWER, WORDS, Term

# The terms that a text must satisfy, and those that it must not.
Clause = tuple[tuple[Term, ...], tuple[Term, ...]]

NOTHING_LEFT: Clause = ((EMPTY,), ())


# Formulas yet to be taken in, and the terms needed and barred so far, in order.
_Making = tuple[list[Formula], dict[Term, None], dict[Term, None]]


def clauses(formulas_: Iterable[Formula], budget: StepBudget) -> Iterator[Clause]:
    """
    The clauses whose union is the conjunction of the formulas, without trivially empty ones.
    """
    stack: list[_Making] = [(list(formulas_), {}, {})]
    while stack:
        pending, needed, barred = stack.pop()
        alive = True
        while pending and alive:
            each = pending.pop()
            if each.kind == formulas.ATOM:
                alive = _take(each, pending, needed, barred, stack)
            elif each.kind == formulas.BOTH:
                pending.extend(each.parts)
            elif each.kind == formulas.EITHER:
                stack += [([*pending, part], dict(needed), dict(barred)) for part in each.parts[1:]]
                pending.append(each.parts[0])
            else:
                alive = each is formulas.TRUE
        budget.step()
        if alive:
            clause = simplify(needed, barred, budget)
            if clause is not None:
                yield clause


def _take(
    each: Formula,
    pending: list[Formula],
    needed: dict[Term, None],
    barred: dict[Term, None],
    stack: list[_Making],
) -> bool:
    """
    Add an atom to a partial clause; False if that makes it empty.
    """
    term = each.term
    if term.kind == OR:
        parts = [formulas.atom(option, each.positive) for option in term.options]
        if not each.positive:
            pending.extend(parts)
            return True
        stack += [([*pending, part], dict(needed), dict(barred)) for part in parts[1:]]
        pending.append(parts[0])
    elif each.positive:
        needed[term] = None
        return term not in barred
    else:
        barred[term] = None
        return term not in needed
    return True


def simplify(needed: Iterable[Term], barred: Iterable[Term], budget: StepBudget) -> Clause | None:
    """
    The simplified clause of these terms; None if that shows it to be empty.
    """
    lengths = ALWAYS
    spoken: list[Term] = []
    for each in needed:
        if terms.is_lengths(each):
            lengths = counts.intersect(lengths, terms.lengths(each))
        else:
            spoken.append(each)
    spoken, alphabet = _over_one_alphabet(spoken)
    kept: list[Term] = []
    run: CharSet | None = None
    for each in spoken:
        lengths = counts.intersect(lengths, counts.between(each.low, each.high))
        if each.kind == CHARS or (each.kind == POWER and each.head.kind == CHARS):
            chars, times = (each.chars, counts.ONE) if each.kind == CHARS else (each.head.chars, each.counts)
            run = chars if run is None else run & chars
            lengths = counts.intersect(lengths, times)
        else:
            kept.append(each)
    if not lengths:
        return None
    avoided, lengths = _relevant(barred, lengths, alphabet)
    if not lengths or not lengths[-1][1]:
        empty = bool(lengths) and not any(each.nullable for each in avoided)
        return NOTHING_LEFT if empty and all(each.nullable for each in kept) else None
    return _assemble(kept, avoided, run, lengths, budget)


def _over_one_alphabet(needed: list[Term]) -> tuple[list[Term], CharSet]:
    """
    The needed terms, each restricted to their common alphabet.
    """
    while True:
        alphabet = ANY
        for each in needed:
            alphabet = alphabet & each.alphabet
        narrowed = [confine(each, alphabet, weaken=False) for each in needed]
        if narrowed == needed:
            return needed, alphabet
        needed = narrowed


def _relevant(barred: Iterable[Term], lengths: Counts, alphabet: CharSet) -> tuple[list[Term], Counts]:
    """
    The negated terms that remain relevant over the alphabet, and the remaining lengths.
    """
    avoided = []
    for each in terms.merge(confine(each, alphabet, weaken=True) for each in barred):
        if terms.is_lengths(each):
            lengths = counts.intersect(lengths, counts.complement(terms.lengths(each)))
        else:
            avoided.append(each)
    if not lengths:
        return [], lengths
    least, most = lengths[0][0], lengths[-1][1]
    return [each for each in avoided if each.low <= most and each.high >= least], lengths


def _assemble(
    kept: list[Term], avoided: list[Term], run: CharSet | None, lengths: Counts, budget: StepBudget
) -> Clause | None:
    """
    Assemble a clause from its parts, merging runs, lengths and finite sets.
    """
    if run is not None:
        reach = ANY
        for each in kept:
            reach = reach & each.alphabet
        if kept and reach <= run:
            run = None
    if run is not None:
        kept.append(terms.power(terms.chars(run), lengths))
        if kept[-1] is terms.NONE:
            return None
    elif not _implied(kept, lengths):
        kept.append(terms.of_lengths(lengths))
    finite = [each for each in kept if each.kind == WORDS]
    if finite:
        others = [each for each in kept if each is not finite[0]]
        remaining = [
            word
            for word in finite[0].words
            if counts.includes(lengths, len(word))
            and all(accepts(other, word, budget) for other in others)
            and not any(accepts(each, word, budget) for each in avoided)
        ]
        left = terms.words(remaining)
        return None if left is terms.NONE else ((left,), ())
    return tuple(sorted(kept, key=_serial)), tuple(sorted(avoided, key=_serial))


def _serial(term: Term) -> int:
    return term.serial


def _implied(kept: list[Term], lengths: Counts) -> bool:
    if lengths == ALWAYS:
        return True
    low = max((each.low for each in kept), default=0)
    high = min((each.high for each in kept), default=INFINITY)
    return lengths == counts.between(low, high)


def distance(clause: Clause) -> int:
    """
    A lower bound on the length of the clause's words.
    """
    needed = clause[0]
    return max((each.low for each in needed), default=0)


def reach(clause: Clause) -> float:
    """
    An upper bound on the length of the clause's words.
    """
    return min((each.high for each in clause[0]), default=INFINITY)


def is_endless(clause: Clause) -> bool:
    """
    Whether the clause is known to have infinitely many words.
    """
    needed, barred = clause
    return (
        len(needed) <= 1
        and all(each.high == INFINITY and not each.asserts for each in needed)
        and all(each.high < INFINITY for each in barred)
    )


def as_formulas(clause: Clause) -> list[Formula]:
    """
    Formulas whose conjunction is the clause.
    """
    needed, barred = clause
    return [formulas.atom(each) for each in needed] + [formulas.atom(each, False) for each in barred]


def effort(clause: Clause) -> int:
    """
    The estimated distance of the clause from a word, term by term.
    """
    return sum(each.low for each in clause[0])


def accepts_empty(clause: Clause) -> bool:
    """
    Whether the empty word satisfies the clause.
    """
    needed, barred = clause
    return all(each.nullable for each in needed) and not any(each.nullable for each in barred)


def is_plain(clause: Clause) -> bool:
    """
    Whether the clause is a single term without lookaround, and so is not empty.
    """
    needed, barred = clause
    return not barred and len(needed) <= 1 and not any(each.asserts for each in needed)
