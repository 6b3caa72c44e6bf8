"""
Hash-consed regular expressions over code points.

Terms are interned: equal construction gives the same object, so terms are compared by identity. The constructors
simplify, so that a term has few derivatives; in particular repetition is counted symbolically, by a set of counts.

Two kinds of terms are assertions. ``LOOKAHEAD`` has a condition on the rest of the string; ``BEHIND`` has the leftover
of an expression after the string read so far, and holds where that leftover accepts the empty word. So a term with a
``BEHIND`` is relative to the *current* position; reading a character rewrites all of them (see ``linear``).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from itertools import count, groupby
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from schemadiff.algebra import charset
from schemadiff.algebra import int_ranges as counts
from schemadiff.algebra.charset import CharSet
from schemadiff.algebra.int_ranges import ALWAYS, ONE, OPTIONAL, ZERO, Counts

if TYPE_CHECKING:
    from schemadiff.algebra.regex.boolean_terms import Formula


class TermKind(IntEnum):
    """
    The kinds of terms, and which attributes each of them has.
    """

    NONE = 0
    EMPTY = 1
    CHARS = 2  # chars
    WORDS = 3  # words, sorted
    CAT = 4  # head, which is no CAT, and tail
    OR = 5  # options
    POWER = 6  # head, counts
    LOOKAHEAD = 7  # condition
    BEHIND = 8  # head, positive


NONE_, EMPTY_, CHARS, WORDS, CAT, OR, POWER, LOOKAHEAD, BEHIND = (int(each) for each in TermKind)


class Term:
    """
    A regular expression; made by the functions of this module only.

    ``nullable``: it accepts the empty word at the end of the string. ``low`` and
    ``high`` bound the lengths of its words and ``alphabet`` their characters.
    ``asserts``: it has an assertion; ``behind``: it has a lookbehind.
    """

    __slots__ = (
        "__weakref__",
        "alphabet",
        "asserts",
        "behind",
        "chars",
        "condition",
        "counts",
        "head",
        "high",
        "kind",
        "low",
        "nullable",
        "options",
        "positive",
        "serial",
        "tail",
        "words",
    )

    kind: int
    serial: int
    nullable: bool
    low: int
    high: float
    alphabet: CharSet
    asserts: bool
    behind: bool
    chars: CharSet
    words: tuple[str, ...]
    head: Term
    tail: Term
    options: tuple[Term, ...]
    counts: Counts
    condition: Formula
    positive: bool

    def __repr__(self) -> str:
        return f"<Term {self.serial} {TermKind(self.kind).name}>"


_known: WeakValueDictionary[object, Term] = WeakValueDictionary()
_serials = count()


def _new(
    kind: int,
    key: object,
    nullable: bool,
    low: int,
    high: float,
    alphabet: CharSet,
    asserts: bool = False,
    behind: bool = False,
) -> Term:
    term = Term()
    term.kind = kind
    term.serial = next(_serials)
    term.nullable = nullable
    term.low = low
    term.high = high
    term.alphabet = alphabet
    term.asserts = asserts
    term.behind = behind
    _known[key] = term
    return term


NONE = _new(NONE_, "none", False, 0, 0, charset.EMPTY)
EMPTY = _new(EMPTY_, "empty", True, 0, 0, charset.EMPTY)


def chars(members: CharSet) -> Term:
    """
    One character out of a set.
    """
    if not members.bounds:
        return NONE
    term = _known.get(members)
    if term is None:
        term = _new(CHARS, members, False, 1, 1, members)
        term.chars = members
    return term


def words(members: Iterable[str]) -> Term:
    """
    A finite set of words.
    """
    ordered = tuple(sorted(set(members)))
    if not ordered:
        return NONE
    if len(ordered[-1]) <= 1 and all(len(each) == 1 for each in ordered):
        return chars(CharSet.of(ordered))
    if ordered == ("",):
        return EMPTY
    key = (WORDS, ordered)
    term = _known.get(key)
    if term is None:
        lengths = [len(each) for each in ordered]
        alphabet = CharSet.of("".join(ordered))
        term = _new(WORDS, key, ordered[0] == "", min(lengths), max(lengths), alphabet)
        term.words = ordered
    return term


def power(body: Term, times: Counts) -> Term:
    """
    A term repeated any of the counts of times.
    """
    if times == ONE:
        return body
    if not times:
        return NONE
    if body is NONE or body is EMPTY or times == ZERO:
        return EMPTY if body is EMPTY or times[0][0] == 0 else NONE
    if body.nullable and not body.asserts and len(times) + times[0][0] > 1:
        times = counts.between(0, times[-1][1])
    if body.kind == WORDS and (body.nullable or times == OPTIONAL):
        if times == OPTIONAL:
            return words(("", *body.words))
        body = words(word for word in body.words if word)
        if body.kind != WORDS:
            return power(body, times)
    if body.kind == POWER:
        product = counts.multiples(body.counts, times)
        if product is not None:
            return power(body.head, product)
    key = (POWER, body, times)
    term = _known.get(key)
    if term is None:
        low, high = times[0][0] * body.low, times[-1][1] * body.high if body.high else 0
        nullable = times[0][0] == 0 or body.nullable
        term = _new(POWER, key, nullable, low, high, body.alphabet, body.asserts, body.behind)
        term.head = body
        term.counts = times
    return term


def cat(first: Term, second: Term) -> Term:
    """
    The concatenation of two terms.
    """
    heads = []
    while first.kind == CAT:
        heads.append(first.head)
        first = first.tail
    term = _join(first, second)
    while heads:
        term = _join(heads.pop(), term)
    return term


def _join(first: Term, second: Term) -> Term:
    """
    ``cat`` for a first part that is not a concatenation.
    """
    if first is NONE or second is NONE:
        return NONE
    if first is EMPTY:
        return second
    if second is EMPTY:
        return first
    if second.kind == CAT:
        following, rest = second.head, second.tail
    else:
        following, rest = second, EMPTY
    if first is following and not first.high:
        return second
    if not first.asserts:
        simpler = _absorb(first, second, following, rest) or _fuse(first, following, rest)
        if simpler is not None:
            return simpler
    elif first.kind == LOOKAHEAD:
        condition = first.condition
        if condition.decided is not None:
            return second if condition.decided else NONE
        if _is_end(condition) and not second.asserts:
            return first if second.nullable else NONE
    key = (CAT, first, second)
    term = _known.get(key)
    if term is None:
        term = _new(
            CAT,
            key,
            first.nullable and second.nullable,
            first.low + second.low,
            first.high + second.high,
            first.alphabet | second.alphabet,
            first.asserts or second.asserts,
            first.behind or second.behind,
        )
        term.head = first
        term.tail = second
    return term


def _absorb(first: Term, second: Term, following: Term, rest: Term) -> Term | None:
    """
    Drop parts that are subsumed by a neighbouring ``any string``.
    """
    if following is ALL:
        if first.nullable:
            return second
        if first.kind == POWER and first.counts != (least := _least(first.counts)):
            return cat(power(first.head, least), second)
    if first is ALL and not following.asserts:
        if following.nullable:
            return cat(ALL, rest)
        if following.kind == POWER and following.counts != (least := _least(following.counts)):
            return cat(ALL, cat(power(following.head, least), rest))
    return None


def _fuse(first: Term, following: Term, rest: Term) -> Term | None:
    """
    Merge repetitions of one body, and neighbouring letters to one word.
    """
    if is_literal(first) and is_literal(following):
        joined = _literal(first) + _literal(following)
        if len(joined) <= _LETTERS_TOGETHER:
            return cat(words((joined,)), rest)
    body, times = (first.head, first.counts) if first.kind == POWER else (first, ONE)
    other, more = (following.head, following.counts) if following.kind == POWER else (following, ONE)
    if body is other:
        return cat(power(body, counts.total(times, more)), rest)
    return None


# Longer words are split, since a derivative copies what is left of a word; and a long
# run of one letter is better counted.
_LETTERS_TOGETHER = 32
_RUN = 8


def spell(text: str) -> Term:
    """
    The one string, in pieces that are cheap to split.
    """
    pieces: list[Term] = []
    word = ""
    for letter, run in groupby(text):
        length = sum(1 for _ in run)
        if length < _RUN:
            word += letter * length
            continue
        pieces += [*_spelled(word), power(chars(CharSet.of(letter)), counts.between(length, length))]
        word = ""
    term = EMPTY
    for piece in reversed([*pieces, *_spelled(word)]):
        term = cat(piece, term)
    return term


def _spelled(text: str) -> list[Term]:
    return [words((text[at : at + _LETTERS_TOGETHER],)) for at in range(0, len(text), _LETTERS_TOGETHER)]


def _is_end(condition: Formula) -> bool:
    return getattr(condition, "term", None) is EMPTY and condition.positive


def _least(times: Counts) -> Counts:
    return ((times[0][0], times[0][0]),)


def is_literal(term: Term) -> bool:
    """
    Whether the term is exactly one word, and not the empty one.
    """
    if term.kind == CHARS:
        return term.chars.size == 1
    return term.kind == WORDS and len(term.words) == 1


def members(term: Term) -> frozenset[str]:
    """
    The words of a finite set that is WORDS, or a single character.
    """
    if term.kind == CHARS:
        return frozenset(chr(term.chars.bounds[0]))
    return frozenset(term.words)


def _literal(term: Term) -> str:
    return chr(term.chars.bounds[0]) if term.kind == CHARS else term.words[0]


def union(options: Iterable[Term]) -> Term:
    """
    The union of the terms.
    """
    merged = merge(options)
    if not merged:
        return NONE
    if len(merged) == 1:
        return merged[0]
    if EMPTY in merged:
        return power(union(each for each in merged if each is not EMPTY), OPTIONAL)
    key = (OR, merged)
    term = _known.get(key)
    if term is None:
        alphabet = merged[0].alphabet
        for each in merged[1:]:
            alphabet = alphabet | each.alphabet
        term = _new(
            OR,
            key,
            any(each.nullable for each in merged),
            min(each.low for each in merged),
            max(each.high for each in merged),
            alphabet,
            any(each.asserts for each in merged),
            any(each.behind for each in merged),
        )
        term.options = merged
    return term


def merge(options: Iterable[Term]) -> tuple[Term, ...]:
    """
    Terms with the same union as the options, simplified.
    """
    pending = list(options)
    if len(pending) == 1 and pending[0].kind not in (OR, NONE_):
        return (pending[0],)
    single: dict[Term, CharSet] = {}
    finite: dict[Term, set[str]] = {}
    powers: dict[tuple[Term, Term], Counts] = {}
    others: dict[Term, None] = {}
    while pending:
        each = pending.pop()
        head, tail = (each.head, each.tail) if each.kind == CAT else (each, EMPTY)
        if each.kind == OR:
            pending.extend(each.options)
        elif head.kind == CHARS:
            single[tail] = single.get(tail, charset.EMPTY) | head.chars
        elif head.kind == WORDS:
            finite.setdefault(tail, set()).update(head.words)
        elif head.kind == POWER:
            key = (head.head, tail)
            powers[key] = counts.union(powers.get(key, counts.NEVER), head.counts)
        elif each.kind != NONE_:
            others[each] = None
    return _collect(single, finite, powers, others)


def _collect(
    single: dict[Term, CharSet],
    finite: dict[Term, set[str]],
    powers: dict[tuple[Term, Term], Counts],
    others: dict[Term, None],
) -> tuple[Term, ...]:
    if EMPTY in others and EMPTY in finite:
        del others[EMPTY]
        finite[EMPTY].add("")
    for tail, found in finite.items():
        if tail in single and single[tail].size == 1:
            found.add(chr(single.pop(tail).bounds[0]))
    for (body, tail), times in powers.items():
        more = counts.NEVER
        if body.kind == CHARS and single.get(tail) is body.chars:
            del single[tail]
            more = ONE
        if tail in others and tail is not EMPTY:
            del others[tail]
            more = counts.union(more, ZERO)
        powers[body, tail] = counts.union(times, more)
    result = {cat(chars(each), tail) for tail, each in single.items()}
    result.update(cat(words(each), tail) for tail, each in finite.items())
    result.update(cat(power(body, each), tail) for (body, tail), each in powers.items())
    result.update(others)
    if ALL in result:
        return (ALL,)
    if EMPTY in result and any(each.nullable and not each.asserts for each in result if each is not EMPTY):
        result.discard(EMPTY)
    return tuple(sorted(result, key=_serial))


def _serial(term: Term) -> int:
    return term.serial


def lookahead(condition: Formula) -> Term:
    """
    A lookahead assertion (matches the empty word).
    """
    if condition.decided is not None:
        return EMPTY if condition.decided else NONE
    key = (LOOKAHEAD, condition)
    term = _known.get(key)
    if term is None:
        term = _new(LOOKAHEAD, key, condition.nullable, 0, 0, charset.EMPTY, True, condition.behind)
        term.condition = condition
    return term


def behind(leftover: Term, positive: bool) -> Term:
    """
    A lookbehind assertion (matches the empty word), negated if not positive.
    """
    if leftover is NONE or leftover is ALL:
        return EMPTY if (leftover is ALL) == positive else NONE
    key = (BEHIND, leftover, positive)
    term = _known.get(key)
    if term is None:
        nullable = leftover.nullable == positive
        term = _new(BEHIND, key, nullable, 0, 0, charset.EMPTY, True, True)
        term.head = leftover
        term.positive = positive
    return term


ANY_CHAR = chars(charset.ANY)
ALL = power(ANY_CHAR, ALWAYS)
START = behind(EMPTY, True)


def of_lengths(lengths: Counts) -> Term:
    """
    Every string whose length is one of the counts.
    """
    return power(ANY_CHAR, lengths)


def is_lengths(term: Term) -> bool:
    """
    Whether the term constrains the length only, see ``lengths``.
    """
    return term is ANY_CHAR or term is EMPTY or (term.kind == POWER and term.head is ANY_CHAR)


def lengths(term: Term) -> Counts:
    """
    The lengths that a term of ``is_lengths`` admits.
    """
    return ONE if term is ANY_CHAR else ZERO if term is EMPTY else term.counts
