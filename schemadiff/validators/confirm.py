"""
Confirmation of counter-examples by both validators.
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
from schemadiff.validators.harness import VALIDATORS, Validators
from schemadiff.validators.rewrite_for_validators import ValidatorInput

_DEPTH = 8_000
"""Recursion limit for validators, below the depth at which the C stack overflows."""

_LOOKED_AT = 8
"""Ticks per visited schema."""

_READ = 8
"""Ticks per schema that a validator compiles."""

Cases: TypeAlias = "Sequence[tuple[Node, Value]]"
"""Schemas, each with an instance."""


@contextmanager
def _limited_recursion() -> Iterator[None]:
    """
    A lower recursion limit for the time of a validation.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(min(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Confirmer:
    """
    Validators by schema, built once and kept as long as the schema: variants of a large one come by the hundred.

    Arguments:
        formats: whether ``format`` is asserted.
    """

    def __init__(self, *, formats: bool = False) -> None:
        self._formats = formats
        self._validators: WeakKeyDictionary[Node, tuple[Validators, ...]] = WeakKeyDictionary()

    @_limited_recursion()
    def confirm(self, valid: Cases, invalid: Cases, meter: Meter) -> tuple[str, ...] | None:
        """
        The validators that accept every valid case and reject every invalid one.

        Arguments:
            valid, invalid: the cases.
            meter: the remaining budget.

        Returns:
            Their names; None if one of them disagrees, or none answers all cases.

        Raises:
            Exhausted: the time is used up.
        """
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
        The validators of a schema; two (accept-all and reject-all stub) if a reference is unresolved.
        """
        result = self._validators.get(node)
        if result is None:
            look = partial(meter.tick, _LOOKED_AT)
            plain = ValidatorInput(node, look=look)
            subjects = [ValidatorInput(node, stub, look) for stub in (True, False)] if plain.open else [plain]
            result = self._validators[node] = tuple(Validators(subject, formats=self._formats) for subject in subjects)
        return result


def _asked(validators: Validators, value: Value, meter: Meter) -> tuple[bool | None, bool | None]:
    """
    Validate with both libraries. Only ``jsonschema`` can be interrupted; work that cannot is begun only if the time
    suffices, and ``jsonschema-rs`` is skipped where ``jsonschema`` did not terminate.
    """
    meter.ahead(size(value))
    slow = validators.python(value, until=monotonic() + meter.seconds)
    meter.ahead(size(value) + _READ * validators.unread)
    return slow, validators.rust(value)
