"""
The contracts that a change reaches: those whose files, or files that they refer to, differ between the sides.
"""

from __future__ import annotations

from functools import cached_property

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
        changed = self._context.changed.paths
        return path in changed or any(not self.files(tree, path).isdisjoint(changed) for tree in self._telling)

    @cached_property
    def _telling(self) -> tuple[Snapshot, ...]:
        """
        The sides that tell what a change touches. Paths that are looked for count, so one side tells of all references
        by path; a reference by identifier leads elsewhere on the other side only where the change moves identifiers.
        """
        context = self._context
        old, new = (context.schemas.loader(tree.root).tree(tree) for tree in (context.old, context.new))
        for path in context.changed.paths:
            identifiers = old.identifiers(path)
            if identifiers is None or identifiers != new.identifiers(path):
                return context.new, context.old
        return (context.new,)

    def edited(self, path: str) -> list[str]:
        """
        The changed files among a schema's own and those that it refers to.
        """
        return sorted(self.files(self._context.new, path) & self._context.changed.paths)

    def broken(self, path: str) -> InputError | None:
        """
        Why a schema of the change, which does not touch it, cannot be read.
        """
        key = (self._context.new, path)
        if self.touched(path):
            return None
        if key not in self._errors and not self._may_refer(*key):
            # What has no references has not been loaded.
            try:
                self._context.schemas.check(*key)
            except InputError as error:
                self._errors[key] = error
        return self._errors.get(key)

    def files(self, tree: Snapshot, path: str) -> frozenset[str]:
        """
        The files that a schema reaches, its own and those that do not exist included, and the links to them.
        """
        key = (tree, path)
        if key not in self._files:
            reached = {path}
            if self._may_refer(tree, path):
                self._load(tree, path)
            reached |= self._context.schemas.reached(tree, path)
            self._files[key] = frozenset(hop for each in reached for hop in tree.hops(each))
        return self._files[key]

    def _load(self, tree: Snapshot, path: str) -> None:
        try:
            self._context.schemas.load(tree, path)
        except InputError as error:
            self._errors[tree, path] = error

    @staticmethod
    def _may_refer(tree: Snapshot, path: str) -> bool:
        try:
            return may_refer(tree.read(path) or b"", path)
        except InputError:
            return True
