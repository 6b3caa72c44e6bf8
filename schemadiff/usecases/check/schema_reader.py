"""
The schemas of both sides of a change, read once; what cannot be read becomes a remark.
"""

from __future__ import annotations

from dataclasses import replace

from schemadiff.decide import PolicyFinding
from schemadiff.errors import InputError
from schemadiff.schema import Node
from schemadiff.sources.snapshots import Snapshot
from schemadiff.usecases.check.proposed_change import GateContext
from schemadiff.usecases.compare import unreadable
from schemadiff.workspace.schema_memo import SchemaMemo


class SchemaReader:
    """
    Reads schemas of both sides.

    Arguments:
        context: both sides of the change.

    Attributes:
        unreadable: a remark on each schema that could not be read; an error on the side of the change.
    """

    def __init__(self, context: GateContext) -> None:
        self.unreadable: list[PolicyFinding] = []
        self._context = context
        self._schemas = SchemaMemo(context.options.known_dialect)
        self._failed: set[tuple[Snapshot, str]] = set()

    def load(self, tree: Snapshot, path: str) -> Node | None:
        """
        The schema of a file; None where it cannot be read.
        """
        key = (tree, path)
        if key in self._failed:
            return None
        try:
            return self._schemas.load(tree, path)
        except InputError as error:
            self._failed.add(key)
            result = unreadable(error, self._context.options)
            is_new = tree is self._context.new
            self.unreadable.append(result if is_new else replace(result, level="warning", unreadable=False))
            return None
