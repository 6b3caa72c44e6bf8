"""
Witnesses made smaller, as long as they stay witnesses.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from schemadiff.formula import Evaluator, Formula
from schemadiff.instance import Value, size

_WORK = 6_000
"""How many formulas may be held against candidates; a count and no time, so that the outcome is always the same."""

_MIDDLING = 40
_LITTLE_WORK = 800
"""What is larger than a handful of members was put together smallest part first: little is left to be gained there."""

_LARGE = 400
"""What is larger stays as it is: the candidates alone would take too long to write down."""

_PLAIN: tuple[Value, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    Decimal("0.5"),
    "",
    [],
    {},
    "a",
    "b",
    [None],
    [True],
    [0],
    [""],
    ["a"],
)
_NAMES = ("a", "b", "c")


class _Enough(Exception):  # noqa: N818 - ends a search
    """
    The work is used up.
    """


def shrunk(value: Value, formula: Formula) -> Value:
    """
    A smaller value that satisfies the formula as well; the value itself where none is found.
    """
    extent = size(value)
    if extent > _LARGE:
        return value
    left = _WORK if extent <= _MIDDLING else _LITTLE_WORK

    def step() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Enough

    # One evaluator for all: candidates share most of what they are made of.
    evaluator = Evaluator(step)
    best = value
    try:
        while True:
            better = _next(best, formula, evaluator)
            if better is None:
                return best
            best = better[0]
    except _Enough:
        return best


def _next(value: Value, formula: Formula, evaluator: Evaluator) -> tuple[Value] | None:
    limit = size(value)
    for candidate in _candidates(value):
        if size(candidate) < limit and evaluator.holds(formula, candidate):
            return (candidate,)
    return None


def _candidates(value: Value) -> Iterator[Value]:
    """
    Values like the given one with something left out, shortened or replaced by something plain.
    """
    limit = size(value)
    if limit > 1:
        yield from (plain for plain in _PLAIN if size(plain) < limit)
        if limit > 3:
            yield from ({name: plain} for name in _NAMES for plain in (None, True, 0, ""))
    if isinstance(value, dict):
        yield from _fewer_members(value)
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value[:index] + value[index + 1 :]
        for index, item in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in _candidates(item))
    elif isinstance(value, str) and len(value) > 1:
        yield value[: len(value) // 2]
        yield value[:-1]


def _fewer_members(value: dict[str, Value]) -> Iterator[Value]:
    for name in value:
        yield {other: member for other, member in value.items() if other != name}
    for name, member in value.items():
        yield from ({**value, name: other} for other in _candidates(member))
    for name in value:
        if len(name) > 1:
            for short in _NAMES:
                if short not in value:
                    yield {short if other == name else other: member for other, member in value.items()}
