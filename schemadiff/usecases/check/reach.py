"""
The files that a schema refers to.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import unquote

from schemadiff.errors import InputError
from schemadiff.sources.snapshots import Snapshot

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
        return next(self._changed_files(path), None) is not None

    def edited(self, path: str) -> list[str]:
        """
        The changed files among a schema's and those that it refers to.
        """
        return sorted(each for each in self._changed_files(path) if each != _ANYTHING)

    def _changed_files(self, path: str) -> Iterator[str]:
        if path in self._changed:
            yield path
        seen = {path}
        pending = [path]
        while pending:
            for target in self._targets(pending.pop()):
                if target in seen:
                    continue
                seen.add(target)
                pending.append(target)
                if target in self._changed or (target == _ANYTHING and self._changed):
                    yield target

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
