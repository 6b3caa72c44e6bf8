"""
The folders of contracts on both sides of a change, and the schemas that a change reaches.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from urllib.parse import unquote

from schemadiff.catalog import MANIFESTS, Catalog, load_catalog, plain_files, versioned_files
from schemadiff.errors import InputError
from schemadiff.schema.document_kind import DocumentKind, kind_of
from schemadiff.sources.snapshots import Snapshot

_USUAL = ("contracts", "schemas")
_SKIPPED = ("node_modules", "fixtures", "testdata", "vendor")
_MARK = b"schemadiff"


@dataclass(frozen=True, slots=True)
class ContractFolder:
    """
    A folder of contracts on both sides of a change; a side without contracts has an empty catalog.

    Attributes:
        old, new: what the base and the head hold.
        errors: why the old and the new side cannot be read; None for a side that can.
        moved: whether the folder has another name in the head.
    """

    old: Catalog
    new: Catalog
    errors: tuple[InputError | None, InputError | None]
    moved: bool = False

    @property
    def names(self) -> set[str]:
        """
        The names of its contracts on either side.
        """
        return {contract.name for contract in (*self.old.contracts, *self.new.contracts)}


def paired_folders(
    old: Snapshot, new: Snapshot, stated: tuple[str, ...], changed: frozenset[str] | None = None
) -> list[ContractFolder]:
    """
    Pair the folders of contracts of a base and a head.

    Arguments:
        old, new: the base and the head.
        stated: folders or patterns that the user names; without any, the folders of manifests, else of versioned
            files, else those called contracts or schemas.
        changed: the files that differ, if that is known; an unchanged manifest is read once.

    Returns:
        One a folder, sorted. A folder that moved is paired with the new one that shares most contracts with it.
    """
    folders = sorted({*contract_folders(old, stated), *contract_folders(new, stated)})
    before = {folder: _read(old, folder) for folder in folders}
    after = {folder: _reused(before[folder], old, new, changed) or _read(new, folder) for folder in folders}
    moved = _moves(before, after)
    pairs = []
    for folder in folders:
        if folder not in moved.values():
            target = moved.get(folder, folder)
            (was, old_error), (now, new_error) = before[folder], after[target]
            pairs.append(ContractFolder(was, now, (old_error, new_error), target != folder))
    return pairs


Read = tuple[Catalog, "InputError | None"]


def _read(tree: Snapshot, folder: str) -> Read:
    empty = Catalog(contracts=(), folder=folder, name=tree.name(folder))
    try:
        return (load_catalog(tree, folder), None) if _holds_contracts(tree, folder) else (empty, None)
    except InputError as error:
        return empty, error


def _reused(read: Read, old: Snapshot, new: Snapshot, changed: frozenset[str] | None) -> Read | None:
    """
    The catalog of the base for the head, if its manifest and the names of its files are unchanged.
    """
    catalog, error = read
    if changed is None or error is not None or catalog.path is None or catalog.path in changed:
        return None
    paths = (version.path for contract in catalog.contracts for version in contract.versions)
    if old.files(catalog.folder) != new.files(catalog.folder) or not all(path in new.listing for path in paths):
        return None
    return replace(catalog, name=new.name(catalog.path)), None


def _moves(before: dict[str, Read], after: dict[str, Read]) -> dict[str, str]:
    """
    From each folder that is gone to the new one that shares most contracts with it.
    """

    def names(read: Read) -> set[str]:
        return {contract.name for contract in read[0].contracts}

    removed = [each for each in before if names(before[each]) and not names(after[each]) and after[each][1] is None]
    added = [each for each in after if names(after[each]) and not names(before[each]) and before[each][1] is None]
    moves: dict[str, str] = {}
    for folder in removed:
        free = sorted(set(added) - set(moves.values()))
        shared = {target: len(names(before[folder]) & names(after[target])) for target in free}
        best = max(free, key=lambda target: shared[target], default=None)
        if best is not None and shared[best]:
            moves[folder] = best
    return moves


def contract_folders(tree: Snapshot, stated: tuple[str, ...]) -> list[str]:
    """
    The folders of contracts in a tree.
    """
    if stated:
        return sorted({each for pattern in stated for each in _stated(tree, pattern)})
    manifests = {posixpath.dirname(path) for path in tree.listing if is_manifest(tree, path) and not _skipped(path)}
    if manifests:
        return sorted(manifests)
    folders = {posixpath.dirname(path) for path in tree.listing if not _skipped(path)}
    versioned = {folder for folder in folders if versioned_files(tree, folder)}
    return sorted(versioned) or [each for name in _USUAL for each in _below(tree, name)]


def is_manifest(tree: Snapshot, path: str) -> bool:
    """
    Whether a file is a manifest of schemadiff, by its name and a mention of schemadiff in it.
    """
    return posixpath.basename(path) in MANIFESTS and _MARK in (tree.read(path) or b"")


def _skipped(path: str) -> bool:
    return any(part in _SKIPPED or part.startswith(".") for part in path.split("/")[:-1])


def _stated(tree: Snapshot, pattern: str) -> Iterator[str]:
    pattern = "" if pattern in (".", "./") else posixpath.normpath(pattern)
    if posixpath.basename(pattern) in MANIFESTS:
        pattern = posixpath.dirname(pattern)
    known = {""}
    for path in tree.listing:
        above = posixpath.dirname(path)
        while above and above not in known:
            known.add(above)
            above = posixpath.dirname(above)
    for folder in known:
        if folder == pattern or fnmatchcase(folder, pattern):
            yield from _below(tree, folder)


def _below(tree: Snapshot, folder: str) -> list[str]:
    """
    A folder if it holds a manifest, else those below it that do, else all of them that hold schemas.
    """
    start = f"{folder}/" if folder else ""
    inside = {posixpath.dirname(path) for path in tree.listing if path.startswith(start) and not _skipped(path)}
    if any(is_manifest(tree, posixpath.join(folder, name)) for name in MANIFESTS):
        return [folder]
    with_manifest = [
        each for each in inside if any(is_manifest(tree, posixpath.join(each, name)) for name in MANIFESTS)
    ]
    return sorted(with_manifest or (each for each in inside if _holds_contracts(tree, each)))


def _holds_contracts(tree: Snapshot, folder: str) -> bool:
    files = tree.files(folder)
    if any(posixpath.basename(path) in MANIFESTS and path in tree.listing for path in files):
        return True
    return bool(versioned_files(tree, folder)) or any(
        path in tree.listing and kind_of(tree, path) is DocumentKind.SCHEMA for _, path in plain_files(tree, folder)
    )


_REFERENCE = re.compile(rb"""\$(?:ref|dynamicRef|recursiveRef|id)["']?\s*:\s*["']?([^"'\n,}]*)""")
_HIDDEN = re.compile(rb"\\(?:u00|x)(?:24|72|65|66|69|64)", re.IGNORECASE)
"""Escape sequences under which a reference is not seen in the text."""


class Reach:
    """
    The files that a schema refers to, by a search of their texts: each is read once and none is parsed.

    Arguments:
        tree: where the files are.
        changed: the files that differ between the sides.
    """

    def __init__(self, tree: Snapshot, changed: frozenset[str]) -> None:
        self._tree = tree
        self._changed = changed
        self._targets_of: dict[str, frozenset[str]] = {}

    def touched(self, path: str) -> bool:
        """
        Whether a schema, or a file that it refers to, has changed; True in doubt.
        """
        if path in self._changed:
            return True
        seen = {path}
        pending = [path]
        while pending:
            for target in self._targets(pending.pop()):
                if target in self._changed or target == _ANYTHING:
                    return bool(self._changed)
                if target not in seen:
                    seen.add(target)
                    pending.append(target)
        return False

    def _targets(self, path: str) -> frozenset[str]:
        targets = self._targets_of.get(path)
        if targets is None:
            try:
                link = self._tree.link(path)
                targets = frozenset((link,) if link else references_in(self._tree.read(path) or b"", path))
            except InputError:
                targets = frozenset((_ANYTHING,))
            self._targets_of[path] = targets
        return targets


_ANYTHING = "*"


def references_in(data: bytes, path: str) -> Iterable[str]:
    """
    Find the files of the same tree that a schema's text may refer to.
    """
    if _HIDDEN.search(data):
        yield _ANYTHING
    folder = posixpath.dirname(path)
    references = [_unescaped(each).partition("#")[0] for each in _REFERENCE.findall(data)]
    inside = [reference for reference in references if reference and ":" not in reference]
    # A relative identifier moves the base from which relative references count.
    bases = {folder, *(posixpath.dirname(posixpath.join(folder, each)) for each in inside)}
    for target in inside:
        yield from (posixpath.normpath(posixpath.join(base, target)) for base in bases)


def _unescaped(match: bytes) -> str:
    text = match.decode("utf-8", "replace").strip()
    with suppress(ValueError):
        text = json.loads(f'"{text}"')
    return unquote(str(text))
