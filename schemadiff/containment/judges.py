"""
The two validators before which a counter-example has to stand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import TypeAlias

from schemadiff.instance import Value
from schemadiff.schema import Node
from schemadiff.schema.validation import VALIDATORS, Subject, Validators

Subjects: TypeAlias = tuple[Subject, ...]
"""A schema as validators see it: once, or once for each thing that may stand for all that is not at hand."""

Cases: TypeAlias = "Sequence[tuple[Node | Subjects, Value]]"
"""Schemas, each with a value that is held against it."""


def subjects_of(node: Node) -> Subjects:
    """
    A schema as validators see it.
    """
    plain = Subject(node)
    return (Subject(node, stub=True), Subject(node, stub=False)) if plain.open else (plain,)


_DEPTH = 8_000
"""How deep a validator may recurse: a schema that refers to itself without end has to end before the stack does."""


_SHORT = 20
"""Texts up to this length are harmless, whatever the pattern."""

_NESTED = r"\([^()]*(?:[+*}|]|\([^()]*\))[^()]*\)[+*{]"
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
        formats: whether ``format`` is asserted.

    Attributes:
        patterns: those of the schemas, as far as they are known by the time of asking.
    """

    def __init__(self, *, formats: bool = False) -> None:
        self.patterns: dict[str, None] = {}
        self.formats = formats
        self._validators: dict[Node | Subjects, tuple[Validators, ...]] = {}

    def confirm(self, valid: Cases, invalid: Cases, seconds: float) -> tuple[str, ...] | None:
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

    def _confirm(self, valid: Cases, invalid: Cases, until: float) -> tuple[str, ...] | None:
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

    def _ask(self, about: Node | Subjects, value: Value, until: float) -> Iterator[tuple[bool | None, bool | None]]:
        """
        What both say, whatever may stand where something is not at hand; no answer of the one that backtracks, where
        it might not come back.
        """
        slow = longest(value) > _SHORT and any(re.search(_NESTED, pattern) for pattern in self.patterns)
        for validators in self._of(about):
            yield (None, validators.rust(value)) if slow else validators.check(value, until=until)

    def _of(self, about: Node | Subjects) -> tuple[Validators, ...]:
        found = self._validators.get(about)
        if found is None:
            subjects = subjects_of(about) if isinstance(about, Node) else about
            found = self._validators[about] = tuple(Validators(each, formats=self.formats) for each in subjects)
        return found
