"""
Sets of Unicode code points, lone surrogates included.

A set is stored as its sorted bounds, first members and one-past-last members in
turn, so that a complement changes the two ends only. Sets are interned: equal
sets are the same object, and results of operations are memoised.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain
from weakref import WeakValueDictionary

LIMIT = 0x110000

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "1234567890"
_RUNS = (_LETTERS, _DIGITS, _LETTERS.upper())
_MARKS = "_-.:/,;+=@ !?#$%&*()[]{}<>|~^'`\"\\"
# Letters and digits count up with the position, and take turns at coming first, as in
# ``a2c4e6``, ``abcd`` and ``1234``; after so many positions they start over.
_CYCLE = 20
_REMEMBERED = 10_000

_known: WeakValueDictionary[tuple[int, ...], CharSet] = WeakValueDictionary()


class CharSet:
    """
    An immutable set of code points; compare with ``is`` or ``==`` alike.
    """

    __slots__ = ("__weakref__", "bounds", "size")

    bounds: tuple[int, ...]
    size: int

    def __new__(cls, bounds: tuple[int, ...]) -> CharSet:
        """
        The interned set with these bounds.
        """
        char_set = _known.get(bounds)
        if char_set is None:
            char_set = object.__new__(cls)
            char_set.bounds = bounds
            char_set.size = sum(bounds[1::2]) - sum(bounds[::2])
            _known[bounds] = char_set
        return char_set

    @staticmethod
    def of(characters: Iterable[str]) -> CharSet:
        """
        The set of the given characters.
        """
        return CharSet.ranges((ord(character), ord(character)) for character in characters)

    @staticmethod
    def ranges(pairs: Iterable[tuple[int, int]]) -> CharSet:
        """
        The code points from each pair's first to its last, both inclusive.
        """
        bounds: list[int] = []
        for first, last in sorted(pairs):
            if bounds and first <= bounds[-1]:
                bounds[-1] = max(bounds[-1], last + 1)
            else:
                bounds += (first, last + 1)
        return CharSet(tuple(bounds))

    def pairs(self) -> Iterator[tuple[int, int]]:
        """
        The maximal ranges as pairs of first and last code point.
        """
        for first, end in zip(self.bounds[::2], self.bounds[1::2], strict=True):
            yield first, end - 1

    def __contains__(self, code: int) -> bool:
        return bisect_right(self.bounds, code) % 2 == 1

    def __bool__(self) -> bool:
        return bool(self.bounds)

    def __and__(self, other: CharSet) -> CharSet:
        if self is other or other is ANY:
            return self
        return other if self is ANY else _combined(self, other, 2)

    def __or__(self, other: CharSet) -> CharSet:
        if self is other or not other.bounds:
            return self
        return _combined(self, other, 1) if self.bounds else other

    def __invert__(self) -> CharSet:
        bounds = self.bounds
        bounds = bounds[1:] if bounds[:1] == (0,) else (0, *bounds)
        bounds = bounds[:-1] if bounds[-1:] == (LIMIT,) else (*bounds, LIMIT)
        return CharSet(bounds)

    def __sub__(self, other: CharSet) -> CharSet:
        return self & ~other

    def __le__(self, other: CharSet) -> bool:
        return self is other or self & other is self

    def __repr__(self) -> str:
        return f"CharSet({self.bounds!r})"

    def pick(self, position: int = 0) -> str:
        """
        The most readable member; ``position`` in a word varies the choice.

        Raises ``ValueError`` if the set is empty.
        """
        result = _picked(self, position % _CYCLE)
        if result is None:
            raise ValueError("an empty set has no member")
        return result

    def readable(self, position: int = 0) -> Iterator[str]:
        """
        Every member, the most readable first; ``rank`` orders characters alike.

        Letters and digits come first, then printable ASCII, other letters, other
        printable characters, the newline and the tab, the rest, control characters,
        lone surrogates.
        """
        for each in _preference(position):
            if ord(each) in self:
                yield each
        for suits in _TIERS:
            for first, last in self.pairs():
                for code in range(first if suits in (_is_blank, _is_control) else max(first, 128), last + 1):
                    if suits(code):
                        yield chr(code)


@lru_cache(maxsize=_REMEMBERED)
def _picked(char_set: CharSet, position: int) -> str | None:
    return next(char_set.readable(position), None)


@lru_cache(maxsize=2 * _REMEMBERED)
def _combined(one: CharSet, other: CharSet, needed: int) -> CharSet:
    return CharSet(_sweep(one.bounds, other.bounds, needed))


def _sweep(one: tuple[int, ...], other: tuple[int, ...], needed: int) -> tuple[int, ...]:
    """
    The bounds of the points in at least ``needed`` of the two sets.
    """
    result: list[int] = []
    i = j = 0
    while i < len(one) or j < len(other):
        a = one[i] if i < len(one) else LIMIT + 1
        b = other[j] if j < len(other) else LIMIT + 1
        point = a if a < b else b
        i += a == point
        j += b == point
        if ((i & 1) + (j & 1) >= needed) != (len(result) & 1):
            result.append(point)
    return tuple(result)


@lru_cache(maxsize=_REMEMBERED)
def partition(sets: frozenset[CharSet]) -> tuple[CharSet, ...]:
    """
    The non-empty atoms of the Boolean algebra that the sets generate, by first member: one sweep over all bounds.
    """
    flips: dict[int, int] = {0: 0, LIMIT: 0}
    for index, each in enumerate(sets):
        bit = 1 << index
        for bound in each.bounds:
            flips[bound] = flips.get(bound, 0) ^ bit
    regions: dict[int, list[int]] = {}
    inside, start = 0, 0
    for point in sorted(flips):
        if point > start:
            region = regions.setdefault(inside, [])
            if region and region[-1] == start:
                region[-1] = point
            else:
                region += (start, point)
        inside ^= flips[point]
        start = point
    return tuple(CharSet(tuple(bounds)) for bounds in regions.values())


@cache
def _orders() -> tuple[dict[str, int], ...]:
    """
    For each position, printable ASCII with its rank at that position.
    """
    orders = []
    for position in range(_CYCLE):
        runs = [each[position % len(each) :] + each[: position % len(each)] for each in _RUNS]
        if position % 2:
            runs[:2] = runs[1], runs[0]
        order = "".join(runs) + _MARKS
        orders.append({char: place for place, char in enumerate(order)})
    return tuple(orders)


def _preference(position: int) -> dict[str, int]:
    return _orders()[position % _CYCLE]


def rank(char: str, position: int) -> int:
    """
    A number by which ``readable`` orders its characters.
    """
    result = _preference(position).get(char)
    if result is not None:
        return result
    code = ord(char)
    return 1000 * next(tier for tier, suits in enumerate(_TIERS, 1) if suits(code))


def _is_letter(code: int) -> bool:
    return code < 0x3000 and unicodedata.category(chr(code))[0] == "L"


def _is_printable(code: int) -> bool:
    return chr(code).isprintable() and not _is_letter(code)


def _is_blank(code: int) -> bool:
    # All engines agree on these two, as they do not on other line ends and other spaces.
    return code in (9, 10)


def _is_other(code: int) -> bool:
    return not (chr(code).isprintable() or _is_blank(code) or _is_control(code) or _is_surrogate(code))


def _is_control(code: int) -> bool:
    return (code < 0x20 and not _is_blank(code)) or 0x7F <= code < 0xA0


def _is_surrogate(code: int) -> bool:
    return 0xD800 <= code < 0xE000


_TIERS = (_is_letter, _is_printable, _is_blank, _is_other, _is_control, _is_surrogate)

EMPTY = CharSet(())
ANY = CharSet((0, LIMIT))
DIGIT = CharSet.ranges([(0x30, 0x39)])
WORD = CharSet.ranges([(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])
LINE_ENDS = CharSet.of("\n\r\u2028\u2029")
# ECMA-262 WhiteSpace and LineTerminator: tab, vertical tab, form feed, the byte
# order mark, every Space_Separator (stable since Unicode 6.3), and the line ends.
SPACE = LINE_ENDS | CharSet.ranges(
    (each if isinstance(each, tuple) else (each, each))
    for each in (9, 11, 12, 32, 0xA0, 0x1680, (0x2000, 0x200A), 0x202F, 0x205F, 0x3000, 0xFEFF)
)
DOT = ~LINE_ENDS
PRINTABLE = CharSet.ranges([(0x20, 0x7E)])


def union_of(sets: Iterable[CharSet]) -> CharSet:
    """
    The code points in any of the sets.
    """
    return CharSet.ranges(chain.from_iterable(each.pairs() for each in sets))
