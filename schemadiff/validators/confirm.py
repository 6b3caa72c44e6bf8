"""
The two validators before which a counter-example has to stand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import TypeAlias
from weakref import WeakKeyDictionary

from schemadiff.instance import Value, size
from schemadiff.runtime.budget import Meter
from schemadiff.schema import Node
from schemadiff.validators.harness import VALIDATORS, Subject, Validators

_DEPTH = 8_000
"""How deep a validator may recurse: a schema that refers to itself without end has to end before the stack does."""

_LOOKED_AT = 8
"""In ticks, what it takes to look at a schema."""

_READ = 8
"""In ticks, what it takes a validator to read one."""

Cases: TypeAlias = "Sequence[tuple[Node, Value]]"
"""Schemas, each with a value that is held against it."""


@contextmanager
def shallow() -> Iterator[None]:
    """
    No deeper recursion than a validator may need.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(min(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Judges:
    """
    Validators by schema, built once, and kept as long as the schema is: variants of a large one come by the hundred.

    Arguments:
        formats: whether ``format`` is asserted.
    """

    def __init__(self, *, formats: bool = False) -> None:
        self._formats = formats
        self._validators: WeakKeyDictionary[Node, tuple[Validators, ...]] = WeakKeyDictionary()

    def confirm(self, valid: Cases, invalid: Cases, meter: Meter) -> tuple[str, ...] | None:
        """
        The validators that find each of the first valid and each of the second invalid.

        Arguments:
            valid, invalid: schemas with what to hold against them.
            meter: what the question has left.

        Returns:
            Their names; None if one of them says otherwise, or none gives an answer to all.

        Raises:
            Exhausted: there is no time left for it.
        """
        with shallow():
            return self._confirm(valid, invalid, meter)

    def _confirm(self, valid: Cases, invalid: Cases, meter: Meter) -> tuple[str, ...] | None:
        silent: set[str] = set()
        for expected, pairs in ((True, valid), (False, invalid)):
            for node, value in pairs:
                for validators in self._of(node, meter):
                    answers = _asked(validators, value, meter)
                    for name, answer in zip(VALIDATORS, answers, strict=True):
                        if answer is None:
                            silent.add(name)
                        elif answer is not expected:
                            return None
        names = tuple(name for name in VALIDATORS if name not in silent)
        return names or None

    def _of(self, node: Node, meter: Meter) -> tuple[Validators, ...]:
        """
        The validators for a schema; one for each thing that may stand for what is not at hand.
        """
        found = self._validators.get(node)
        if found is None:
            subjects = subjects_of(node, meter)
            found = self._validators[node] = tuple(Validators(each, formats=self._formats) for each in subjects)
        return found


def subjects_of(node: Node, meter: Meter) -> list[Subject]:
    """
    A schema as validators have to see it; twice, where something is not at hand.
    """
    look = partial(meter.tick, _LOOKED_AT)
    plain = Subject(node, look=look)
    return [Subject(node, stub, look) for stub in (True, False)] if plain.open else [plain]


def _asked(validators: Validators, value: Value, meter: Meter) -> tuple[bool | None, bool | None]:
    """
    What both say. Only ``jsonschema`` gives up when told to; what else cannot be stopped is begun only if there is
    time for it, and where ``jsonschema`` found no end the other one is not asked.
    """
    meter.ahead(size(value))
    slow = validators.python(value, until=monotonic() + meter.seconds)
    meter.ahead(size(value) + _READ * validators.unread)
    return slow, validators.rust(value)
