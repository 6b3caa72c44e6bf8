"""
The schemas of both sides of a change, read once; what cannot be read becomes a remark.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.decide import PolicyFinding
from schemadiff.errors import InputError
from schemadiff.schema import Node
from schemadiff.sources.snapshots import Snapshot
from schemadiff.usecases.check.proposed_change import GateContext
from schemadiff.usecases.compare import unreadable


class SchemaReader:
    """
    Reads schemas of both sides.

    Arguments:
        context: both sides of the change.
    """

    def __init__(self, context: GateContext) -> None:
        self._context = context
        self._errors: dict[tuple[Snapshot, str], InputError] = {}

    def load(self, tree: Snapshot, path: str) -> Node | None:
        """
        The schema of a file; None where it cannot be read.
        """
        key = (tree, path)
        if key not in self._errors:
            try:
                return self._context.schemas.load(tree, path)
            except InputError as error:
                self._errors[key] = error
        return None

    def remarks(self) -> Iterator[PolicyFinding]:
        """
        A remark on each schema that could not be read: an error on the side of the change, and a warning where only
        the base has the mistake.
        """
        for (tree, path), error in self._errors.items():
            if tree is self._context.new:
                yield unreadable(error, self._context.options)
            elif (self._context.new, path) not in self._errors:
                yield unreadable(error, self._context.options, rule="input-mended")
