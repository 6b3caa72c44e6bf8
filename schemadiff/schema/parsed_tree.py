"""
A tree of files, parsed once, with an index of the schemas in it by their identifiers.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urlsplit

from schemadiff.errors import InputError
from schemadiff.instance.parse import decode
from schemadiff.keywords import Dialect, dialect_of, identity_of, subschemas_of, written_identifiers
from schemadiff.schema.meta_schema import SUCH_AS
from schemadiff.schema.model import TREE, join, tree_uri
from schemadiff.sources.file_tree import Revision, Tree
from schemadiff.sources.snapshots import Objects, commit_snapshot
from schemadiff.sources.text import Locate, parse_text

_SCHEMA_FILE = re.compile(r"(?:\.(?:json|ya?ml|jsonschema)|(?:^|/)\d+-\d+-\d+)\Z", re.ASCII | re.IGNORECASE)
"""The names of files that may hold schemas, those that are a version without an extension included."""

_OWN_META_SCHEMA = re.compile(rb'"\$schema"(?!\s*:\s*"https?://json-schema\.org/)')
_GUESSED = ("", ".json", ".schema.json", ".yaml", ".yml")


class ParsedFile(NamedTuple):
    """
    A file that has been parsed.

    Attributes:
        name: its name in messages.
        text, value: its content.
        locate: from pointers to positions in the text.
    """

    name: str
    text: str
    value: Any
    locate: Locate


class ParsedTree:
    """
    The files of a tree, each parsed when it is first needed.

    Arguments:
        tree: where the files are.

    Attributes:
        sides: folders that are compared with each other. An identifier in one does not stand for a file in another, so
            that a schema which is gone from one side is not found on the other.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.sides: set[str] = set()
        self._parsed: dict[str, ParsedFile] = {}

    def exists(self, path: str) -> bool:
        """
        Whether a path is one of a file in the tree.
        """
        return path in self._parsed or (_is_inside(path) and self.tree.read(path) is not None)

    def parsed(self, path: str) -> ParsedFile:
        """
        The content of a file.

        Raises:
            InputError: there is no such file, or it is neither JSON nor YAML.
        """
        result = self._parsed.get(path)
        if result is None:
            name = _printable(self.tree.name(path))
            data = self.tree.read(path) if _is_inside(path) else None
            if data is None:
                raise InputError("no such file", name=name, remedy="Check the path and the revision.")
            result = self._parsed[path] = _parsed(data, name)
        return result

    def identified(self, uri: str, near: str) -> str | None:
        """
        The file with the schema of an absolute URI.

        Arguments:
            uri: without a fragment.
            near: the file that refers to it. Copies of a folder hold the same identifiers: the nearest one counts.

        Returns:
            Its path; None if there is none.

        Raises:
            InputError: several are equally near, and differ.
        """
        found = self._by_identifier.get(uri, []) + [path for path, data in self._unparsable if uri.encode() in data]
        distances = sorted((_distance(near, path), path) for path in found if not self._apart(near, path))
        nearest = [path for distance, path in distances if distance == distances[0][0]]
        if len(nearest) > 1 and any(self.parsed(path).value != self.parsed(nearest[0]).value for path in nearest):
            names = " and of ".join(self.tree.name(path) for path in nearest)
            raise InputError(
                f"{uri} is the identifier of several schemas: of {names}",
                remedy="Give each schema an identifier of its own, or name the file by [resources] in the settings.",
            )
        return nearest[0] if nearest else None

    def _apart(self, one: str, other: str) -> bool:
        """
        Whether two files are on different sides.
        """
        of_one, of_other = ({side for side in self.sides if path.startswith(f"{side}/")} for path in (one, other))
        return bool(of_one and of_other) and of_one.isdisjoint(of_other)

    @property
    def _by_identifier(self) -> dict[str, list[str]]:
        return self._index[0]

    @property
    def _unparsable(self) -> list[tuple[str, bytes]]:
        return self._index[1]

    @cached_property
    def _index(self) -> tuple[dict[str, list[str]], list[tuple[str, bytes]]]:
        """
        The files by the absolute identifiers of their schemas, and those that could not be parsed.
        """
        result: dict[str, list[str]] = {}
        unparsable = []
        for path, data in _contents(self.tree):
            if not _may_identify(data, path):
                continue
            try:
                if path not in self._parsed:
                    self._parsed[path] = _parsed(data, _printable(self.tree.name(path)))
            except InputError:
                unparsable.append((path, data))
                continue
            for uri in set(_identifiers(self._parsed[path].value, tree_uri(path))):
                result.setdefault(uri, []).append(path)
        return result, unparsable

    def identifiers(self, path: str) -> frozenset[str] | None:
        """
        The absolute identifiers of the schemas in a file, none if it does not exist; None for one that is not parsable.
        """
        try:
            data = self.tree.read(path)
            if data is None or not _SCHEMA_FILE.search(path) or not _may_identify(data, path):
                return frozenset()
            return frozenset(_identifiers(self.parsed(path).value, tree_uri(path)))
        except InputError:
            return None

    def similar(self, path: str, *, close: bool = True) -> str | None:
        """
        The file that was probably meant by a path that does not exist.

        Arguments:
            path: the wrong path.
            close: whether names that are merely close count, beside those that differ by case, slashes or suffix.
        """
        plain = posixpath.normpath(path.replace("\\", "/"))
        if not _is_inside(plain):
            return None
        for suffix in _GUESSED:
            if plain + suffix != path and self.exists(plain + suffix):
                return plain + suffix
        folder = posixpath.dirname(plain)
        files = self.tree.files("" if folder == "." else folder)
        for suffix in _GUESSED:
            exact = [each for each in files if each.lower() == (plain + suffix).lower() and self.exists(each)]
            if exact:
                return exact[0]
        names = [each for each in files if self.exists(each)] if close else []
        return next(iter(get_close_matches(plain, names, n=1, cutoff=0.85)), None)


def _contents(tree: Tree) -> Iterator[tuple[str, bytes]]:
    """
    The files of a tree whose names are those of schemas; those of a revision are read through one process.
    """
    with closing(Objects(tree.root)) as objects:
        source = commit_snapshot(tree.root, tree.revision, objects, tree.revision) if type(tree) is Revision else tree
        for path in source.below(""):
            if _SCHEMA_FILE.search(path):
                with suppress(InputError):  # too large for a schema, or a link out of the tree
                    yield path, source.read(path) or b""


def _parsed(data: bytes, name: str) -> ParsedFile:
    text = decode(data, name=name)
    if not text or text.isspace():
        raise InputError("the file is empty", name=name, remedy=SUCH_AS)
    try:
        return ParsedFile(name, text, *parse_text(text, name=name))
    except MemoryError:
        raise InputError(
            "there is not enough memory to read this file", name=name, remedy="Split it, or allow more memory."
        ) from None


def _printable(name: str) -> str:
    """
    The name of a file.

    Raises:
        InputError: it is not UTF-8.
    """
    shown = name.encode("utf-8", "backslashreplace").decode()
    if shown != name:
        raise InputError("the name of this file is not UTF-8", name=shown, remedy="Rename the file or its folder.")
    return name


def _is_inside(path: str) -> bool:
    return not path.startswith(("../", "/")) and path != ".." and "\0" not in path


def with_suffixes(path: str) -> list[str]:
    """
    A path, and those that it may be short for.
    """
    return [path + suffix for suffix in _GUESSED]


def _distance(one: str, other: str) -> int:
    """
    The number of steps from the folder of one file to another.
    """
    relative = posixpath.relpath(other, posixpath.dirname(one) or ".")
    return len(relative.split("/"))


def _may_identify(data: bytes, path: str) -> bool:
    """
    Whether a text may hold an identifier; names can be escaped.
    """
    if path.endswith(".json"):
        return b'id"' in data or b"\\u" in data
    return b"id" in data or b"\\" in data


def may_refer(data: bytes, path: str) -> bool:
    """
    Whether the text of a schema may have references to others, or a meta-schema of its own. Only JSON is looked at: in
    YAML a name can be written in many ways.
    """
    plain = path.endswith(".json") and b"\\u" not in data
    return not plain or b'ef"' in data or _OWN_META_SCHEMA.search(data) is not None


def _identifiers(value: Any, base: str) -> list[str]:
    """
    The absolute identifiers of the schemas in a document; those that only name a file of the tree are left out.
    """
    result = []
    dialect = dialect_of(value) or Dialect.DRAFT2020
    if dialect_of(value) is None:  # it is that of the schema that refers to it, which may be draft-04
        result += [uri for identifier in written_identifiers(value) for uri in _absolute(base, identifier)]
    pending = [(value, base, dialect)]
    while pending:
        schema, around, inherited = pending.pop()
        declared = dialect_of(schema) or inherited
        identity = identity_of(schema, declared)
        if identity.uri is not None:
            found = _absolute(around, identity.uri)
            result += found
            around = found[0] if found else around
        pending.extend((inside, around, declared) for _, inside in subschemas_of(schema, declared))
    return result


def _absolute(base: str, reference: str) -> list[str]:
    try:
        uri = urldefrag(join(base, reference))[0]
        return [uri] if urlsplit(uri).scheme and not uri.startswith(TREE) else []
    except (InputError, ValueError):
        return []
