"""
Loading of schemas: JSON or YAML, checked against the meta-schema, with all that their references reach.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from schemadiff.errors import InputError
from schemadiff.instance import exact
from schemadiff.keywords import Dialect
from schemadiff.keywords import names as kw
from schemadiff.schema.closure import closure
from schemadiff.schema.document_kind import require_schema
from schemadiff.schema.meta_schema import SUCH_AS
from schemadiff.schema.model import TREE, Document, Node
from schemadiff.schema.parsed_tree import ParsedTree, may_refer
from schemadiff.schema.resolver import LoadOptions, TreeResolver
from schemadiff.sources.file_tree import Tree
from schemadiff.sources.text import parse_text

if TYPE_CHECKING:
    from referencing import Registry

_NO_TREE = f"{TREE}value.json"


class Loader:
    """
    Loads schemas; a tree is parsed and indexed once for all schemas in it.

    Arguments:
        options: what they are read with.
    """

    def __init__(self, options: LoadOptions | None = None) -> None:
        options = options or LoadOptions()
        self.options = replace(options, registry=_crawled(options.registry))
        self._trees: dict[Tree, ParsedTree] = {}
        self._reached: dict[tuple[Tree, str], set[str]] = {}
        self._referring: dict[Tree, set[str]] = {}
        self._readings: dict[Tree, dict[str, set[Dialect]]] = {}

    def file(self, tree: Tree, path: str) -> Node:
        """
        Load a schema file of a tree; its references may lead to other files of the same tree.

        Arguments:
            tree, path: where the file is.

        Raises:
            InputError: no such file, not JSON or YAML, not a schema, or a reference in it leads to nothing.
        """
        resolver = TreeResolver(self.options, self.tree(tree))
        self._reached[tree, path] = resolver.documents.reached
        return _linked(self._read(tree, path, resolver))

    def check(self, tree: Tree, path: str) -> None:
        """
        Check that a file is a schema, without what it refers to.

        Raises:
            InputError: no such file, not JSON or YAML, or not a schema.
        """
        self._read(tree, path, TreeResolver(self.options, self.tree(tree)))

    def _read(self, tree: Tree, path: str, resolver: TreeResolver) -> Document:
        path = posixpath.normpath(path)
        parsed = self.tree(tree).parsed(path)
        require_schema(parsed.value, parsed.name)
        declared = isinstance(parsed.value, dict) and kw.SCHEMA in parsed.value
        readings = [] if declared else [*self._read_as(tree).get(path, ())]
        return resolver.file(path, readings[0] if len(readings) == 1 else self.options.undeclared)

    def add_referring(self, tree: Tree, paths: Iterable[str]) -> None:
        """
        Add schemas of a tree to those whose references count for the dialect of a file that declares none: where all
        of them that reach it agree, it is read as they read it.
        """
        self._referring.setdefault(tree, set()).update(paths)
        self._readings.pop(tree, None)

    def _read_as(self, tree: Tree) -> dict[str, set[Dialect]]:
        """
        The dialects in which the schemas that declare one read each file that they refer to.
        """
        result = self._readings.get(tree)
        if result is None:
            result = self._readings[tree] = {}
            for path in sorted(self._referring.get(tree, ())):
                if not may_refer(_content(tree, path), path):
                    continue
                resolver = TreeResolver(self.options, self.tree(tree))
                # A schema that cannot be read is an error where it is compared.
                with suppress(InputError):
                    parsed = self.tree(tree).parsed(posixpath.normpath(path))
                    if isinstance(parsed.value, dict) and kw.SCHEMA in parsed.value:
                        _linked(self._read(tree, path, resolver))
                for reached, dialect in resolver.readings():
                    result.setdefault(reached, set()).add(dialect)
        return result

    def tree(self, tree: Tree) -> ParsedTree:
        """
        A tree as it is parsed for all schemas in it.
        """
        return self._trees.setdefault(tree, ParsedTree(tree))

    def reached(self, tree: Tree, path: str) -> frozenset[str]:
        """
        The paths of the files that a loaded schema reaches, or looks for; also one that could not be loaded.
        """
        return frozenset(self._reached.get((tree, path), ()))

    def text(self, text: str, *, name: str) -> Node:
        """
        Load a schema from text without a tree, such as standard input.

        Arguments:
            text: JSON or YAML.
            name: its name in messages.

        Raises:
            InputError: not JSON or YAML, not a schema, or a reference in it leads to nothing.
        """
        if not text or text.isspace():
            raise InputError("the text is empty", name=name, remedy=SUCH_AS)
        value, locate = parse_text(text, name=name)
        require_schema(value, name)
        resolver = TreeResolver(self.options)
        return _linked(resolver.document(name, value, _NO_TREE, self.options.undeclared, locate, text))

    def value(self, value: Any, *, name: str = "<value>") -> Node:
        """
        Load a schema from a Python value.

        Arguments:
            value: an object or a boolean; floats are read as they print.
            name: its name in messages.

        Raises:
            InputError: it is not a schema, or a reference in it leads to nothing.
        """
        resolver = TreeResolver(self.options)
        return _linked(resolver.document(name, exact(value), _NO_TREE, self.options.undeclared))


def _content(tree: Tree, path: str) -> bytes:
    try:
        return tree.read(path) or b""
    except InputError:
        return b""


def _crawled(registry: Registry[Any] | None) -> Registry[Any] | None:
    """
    A registry that knows the identifiers and anchors inside its documents, as far as they can be read.
    """
    try:
        return None if registry is None else registry.crawl()
    except Exception:  # a document that is no schema, or of another dialect than it is registered for
        return registry


def _linked(document: Document) -> Node:
    """
    The schema of a document, once all that it refers to has been read.
    """
    closure(document.root)
    return document.root


def load_value(
    value: Any, *, dialect: Dialect | None = None, name: str = "<value>", registry: Registry[Any] | None = None
) -> Node:
    """
    Load a schema from a Python value, see ``Loader.value``.

    Arguments:
        value: an object or a boolean.
        dialect: of a schema that declares none, or a meta-schema that is not known; 2020-12 by default.
        name: its name in messages.
        registry: schemas that its references may lead to; nothing is retrieved.
    """
    return Loader(LoadOptions(dialect=dialect, registry=registry)).value(value, name=name)


def load_file(tree: Tree, path: str, *, dialect: Dialect | None = None) -> Node:
    """
    Load a schema file of a tree, see ``Loader.file``.
    """
    return Loader(LoadOptions(dialect=dialect)).file(tree, path)


def load_text(text: str, *, name: str, dialect: Dialect | None = None) -> Node:
    """
    Load a schema from text without a tree, see ``Loader.text``.
    """
    return Loader(LoadOptions(dialect=dialect)).text(text, name=name)
