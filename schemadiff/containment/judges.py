"""
The two validators before which a counter-example has to stand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from schemadiff.instance import Value
from schemadiff.schema import Node

_DEPTH = 8_000
"""How deep a validator may recurse: a schema that refers to itself without end has to end before the stack does."""


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
    """

    def __init__(self, *, formats: bool = False) -> None:
        self._formats = formats
        self._validators: dict[int, Any] = {}

    def confirm(
        self, valid: Sequence[tuple[Node, Value]], invalid: Sequence[tuple[Node, Value]]
    ) -> tuple[str, ...] | None:
        """
        The validators that find each of the first valid and each of the second invalid.

        Returns:
            Their names; None if one of them says otherwise, or none gives an answer to all.
        """
        with _shallow():
            return self._confirm(valid, invalid)

    def _confirm(
        self, valid: Sequence[tuple[Node, Value]], invalid: Sequence[tuple[Node, Value]]
    ) -> tuple[str, ...] | None:
        from schemadiff.schema.validation import VALIDATORS

        silent: set[str] = set()
        for expected, pairs in ((True, valid), (False, invalid)):
            for node, value in pairs:
                for name, answer in zip(VALIDATORS, self._of(node).check(value), strict=True):
                    if answer is None:
                        silent.add(name)
                    elif answer is not expected:
                        return None
        names = tuple(name for name in VALIDATORS if name not in silent)
        return names or None

    def _of(self, node: Node) -> Any:
        from schemadiff.schema.validation import Validators

        found = self._validators.get(id(node))
        if found is None:
            found = self._validators[id(node)] = Validators(node, formats=self._formats)
        return found
