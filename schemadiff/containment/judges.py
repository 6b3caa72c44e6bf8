"""
The two validators before which a counter-example has to stand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

from schemadiff.instance import Value
from schemadiff.schema import Node

_DEPTH = 8_000
"""How deep a validator may recurse: a schema that refers to itself without end has to end before the stack does."""


_SHORT = 20
"""Texts up to this length are harmless, whatever the pattern."""

_NESTED = re.compile(r"\([^()]*(?:[+*}|]|\([^()]*\))[^()]*\)[+*{]")
"""What a pattern looks like on which backtracking may take exponential time: repetition or choice, repeated."""


def longest(value: Value) -> int:
    """
    The length of the longest text in a value, names included.
    """
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return max(map(longest, value), default=0)
    if isinstance(value, dict):
        return max((max(len(name), longest(member)) for name, member in value.items()), default=0)
    return 0


@contextmanager
def _shallow() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(min(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Judges:
    """
    Validators by schema, built once.

    Arguments:
        patterns: those of the schemas, as far as they are known by the time of asking.
        formats: whether ``format`` is asserted.
    """

    def __init__(self, patterns: Collection[str] = (), *, formats: bool = False) -> None:
        self._patterns = patterns
        self._formats = formats
        self._validators: dict[Node, tuple[Any, ...]] = {}

    def confirm(
        self, valid: Sequence[tuple[Node, Value]], invalid: Sequence[tuple[Node, Value]], seconds: float
    ) -> tuple[str, ...] | None:
        """
        The validators that find each of the first valid and each of the second invalid.

        Arguments:
            valid, invalid: schemas with what to hold against them.
            seconds: how long that may take.

        Returns:
            Their names; None if one of them says otherwise, or none gives an answer to all.
        """
        with _shallow():
            return self._confirm(valid, invalid, monotonic() + seconds)

    def _confirm(
        self, valid: Sequence[tuple[Node, Value]], invalid: Sequence[tuple[Node, Value]], until: float
    ) -> tuple[str, ...] | None:
        from schemadiff.schema.validation import VALIDATORS

        silent: set[str] = set()
        for expected, pairs in ((True, valid), (False, invalid)):
            for node, value in pairs:
                for answers in self._ask(node, value, until):
                    for name, answer in zip(VALIDATORS, answers, strict=True):
                        if answer is None:
                            silent.add(name)
                        elif answer is not expected:
                            return None
        names = tuple(name for name in VALIDATORS if name not in silent)
        return names or None

    def _ask(self, node: Node, value: Value, until: float) -> Iterator[tuple[bool | None, bool | None]]:
        """
        What both say, whatever may stand where something is not at hand; no answer of the one that backtracks, where
        it might not come back.
        """
        slow = longest(value) > _SHORT and any(_NESTED.search(pattern) for pattern in self._patterns)
        for validators in self._of(node):
            yield (None, validators.rust(value)) if slow else validators.check(value, until=until)

    def _of(self, node: Node) -> tuple[Any, ...]:
        from schemadiff.schema.validation import Validators

        found = self._validators.get(node)
        if found is None:
            plain = Validators(node, formats=self._formats)
            found = (plain,)
            if plain.adapted.open:
                found = tuple(Validators(node, formats=self._formats, stub=stub) for stub in (True, False))
            self._validators[node] = found
        return found
