"""
The contracts that a change reaches: those whose files, or files that they refer to, differ between the sides.
"""

from __future__ import annotations

from schemadiff.errors import InputError
from schemadiff.schema.parsed_tree import may_refer
from schemadiff.sources.snapshots import Snapshot
from schemadiff.usecases.check.proposed_change import GateContext


class Reach:
    """
    The files that schemas reach, as the loader resolves their references. A text without references is not parsed.

    Arguments:
        context: both sides of the change.
    """

    def __init__(self, context: GateContext) -> None:
        self._context = context
        self._files: dict[tuple[Snapshot, str], frozenset[str]] = {}
        self._errors: dict[tuple[Snapshot, str], InputError] = {}

    def touched(self, path: str) -> bool:
        """
        Whether a schema, or a file that it refers to or looks for, differs between the sides.
        """
        context = self._context
        return any(not self.files(tree, path).isdisjoint(context.changed.paths) for tree in (context.old, context.new))

    def edited(self, path: str) -> list[str]:
        """
        The changed files among a schema's own and those that it refers to.
        """
        return sorted(self.files(self._context.new, path) & self._context.changed.paths)

    def broken(self, path: str) -> InputError | None:
        """
        Why a schema of the change, which does not touch it, cannot be read.
        """
        return None if self.touched(path) else self._errors.get((self._context.new, path))

    def files(self, tree: Snapshot, path: str) -> frozenset[str]:
        """
        The files that a schema reaches, its own and those that do not exist included, and the links to them.
        """
        key = (tree, path)
        if key not in self._files:
            reached = {path}
            try:
                if may_refer(tree.read(path) or b"", path):
                    self._context.schemas.load(tree, path)
            except InputError as error:
                self._errors[key] = error
            reached |= self._context.schemas.reached(tree, path)
            self._files[key] = frozenset(hop for each in reached for hop in tree.hops(each))
        return self._files[key]
