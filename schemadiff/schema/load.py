"""
Loading of schemas: JSON or YAML, checked against the meta-schema, with references inside the tree.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from schemadiff.errors import InputError
from schemadiff.instance import Value, exact, loads
from schemadiff.instance.parse import decode
from schemadiff.keywords import Dialect, dialect_of
from schemadiff.schema.model import TREE, Document, DocumentRegistry, Node
from schemadiff.sources.file_tree import Tree
from schemadiff.sources.positions import Positions

if TYPE_CHECKING:
    from referencing import Registry

DEFAULT_DIALECT = Dialect.DRAFT2020

_SUCH_AS = 'A JSON Schema is an object such as {"type": "object"}.'


def load_value(
    value: Any,
    *,
    dialect: Dialect | None = None,
    name: str = "<value>",
    checked: bool = True,
    registry: Registry[Any] | None = None,
) -> Node:
    """
    Load a schema from a Python value.

    Arguments:
        value: an object or a boolean; floats are read as they print.
        dialect: of a schema without ``$schema``; 2020-12 by default.
        name: its name in messages.
        checked: whether to validate it against its meta-schema.
        registry: schemas that its references may lead to; nothing is retrieved.

    Raises:
        InputError: it is not a schema.
    """
    plain = exact(value)
    if checked:
        _check(plain, dialect, name, None)
    documents = DocumentRegistry(_fetcher(registry, dialect))
    return Document(name, plain, dialect or DEFAULT_DIALECT, documents, f"{TREE}value.json").root


def load_file(tree: Tree, path: str, *, dialect: Dialect | None = None, registry: Registry[Any] | None = None) -> Node:
    """
    Load a schema file of a tree; its references may lead to other files of the same tree.

    Arguments:
        tree, path: where the file is.
        dialect, registry: as for ``load_value``; files of the tree come before the registry.

    Raises:
        InputError: no such file, not JSON or YAML, or not a schema.
    """
    data = tree.read(path)
    if data is None:
        raise InputError("no such file", name=tree.name(path), remedy="Check the path and the revision.")
    fetch_known = _fetcher(registry, dialect)
    documents = DocumentRegistry(
        lambda uri, documents: _fetch_file(tree, uri, documents, dialect) or fetch_known(uri, documents)
    )
    return _document(decode(data, name=tree.name(path)), tree.name(path), _uri_of(path), documents, dialect).root


def load_text(text: str, *, name: str, dialect: Dialect | None = None, registry: Registry[Any] | None = None) -> Node:
    """
    Load a schema from text without a tree, such as standard input.

    Arguments:
        text: JSON or YAML.
        name, dialect, registry: as for ``load_value``.

    Raises:
        InputError: not JSON or YAML, or not a schema.
    """
    return _document(text, name, f"{TREE}value.json", DocumentRegistry(_fetcher(registry, dialect)), dialect).root


def parse_text(text: str, *, name: str) -> tuple[Value, Any]:
    """
    The value of a JSON or YAML text, and a function from pointers to positions in it.

    JSON is tried first unless the name ends as YAML files do.

    Raises:
        InputError: neither.
    """
    if not name.endswith((".yaml", ".yml")):
        try:
            value = loads(text, name=name)
            positions = lru_cache(maxsize=1)(lambda: Positions(text))
            return value, lambda pointer: positions().of(pointer)
        except InputError:
            if name.endswith(".json") or text.lstrip()[:1] in ("{", "["):
                raise
    from schemadiff.sources.yaml_text import loads_yaml

    value, places = loads_yaml(text, name=name)
    return value, places.get


def _document(text: str, name: str, uri: str, documents: DocumentRegistry, dialect: Dialect | None) -> Document:
    if not text or text.isspace():
        raise InputError("the file is empty", name=name, remedy=_SUCH_AS)
    value, locate = parse_text(text, name=name)
    _check(value, dialect, name, locate)
    return Document(name, value, dialect or DEFAULT_DIALECT, documents, uri, locate, text)


def _check(value: Value, dialect: Dialect | None, name: str, locate: Any) -> None:
    from schemadiff.schema.meta_schema import meta_schema_error

    if isinstance(value, bool):
        return
    if not isinstance(value, dict):
        line, column = (1, 1) if locate else (None, None)
        message = "not a schema: it is neither an object nor a boolean"
        raise InputError(message, name=name, line=line, column=column, remedy=_SUCH_AS)
    result = meta_schema_error(value, dialect_of(value) or dialect or DEFAULT_DIALECT)
    if result is None:
        return
    pointer, message = result
    line, column = (locate(pointer) if locate else None) or (None, None)
    raise InputError(
        f"not a schema: {message}",
        name=name,
        line=line,
        column=column,
        remedy="The meta-schema of its dialect refuses it; if it is written in another one, give that (--dialect, or "
        "dialect= in Python).",
    )


def _uri_of(path: str) -> str:
    return TREE + quote(posixpath.normpath(path))


def _fetch_file(tree: Tree, uri: str, documents: DocumentRegistry, dialect: Dialect | None) -> Document | None:
    if not uri.startswith("file:"):
        return _fetch_named(tree, uri, documents, dialect)
    if not uri.startswith(TREE):
        raise InputError(
            f"a reference leads out of the tree (to {unquote(uri.removeprefix('file://'))})",
            remedy="Only files of the same tree are read; copy the schema into it.",
        )
    return _read(tree, unquote(uri.removeprefix(TREE)), documents, dialect)


def _read(tree: Tree, path: str, documents: DocumentRegistry, dialect: Dialect | None) -> Document | None:
    data = tree.read(path)
    if data is None:
        return None
    name = tree.name(path)
    return _document(decode(data, name=name), name, _uri_of(path), documents, dialect)


def _fetch_named(tree: Tree, uri: str, documents: DocumentRegistry, dialect: Dialect | None) -> Document | None:
    """
    The file of the tree for a URI whose path is relative to a known identifier: where ``a/x.json`` has the identifier
    ``https://example.com/a/x.json``, ``https://example.com/b/y.json`` is ``b/y.json``, unless that has another one.
    """
    wanted = urlsplit(uri)
    for known in {id(resource.document): resource.document for resource in documents.resources.values()}.values():
        base = urlsplit(known.resource_at(()).uri)
        if not known.uri.startswith(TREE) or base[:2] != wanted[:2]:
            continue
        step = posixpath.relpath(unquote(wanted.path) or "/", posixpath.dirname(unquote(base.path)) or "/")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(unquote(known.uri.removeprefix(TREE))), step))
        for suffix in ("", ".json", ".schema.json", ".yaml", ".yml") if not path.startswith("..") else ():
            result = documents.resources.get(_uri_of(path + suffix))
            document = result.document if result else _read(tree, path + suffix, documents, dialect)
            if document is not None:
                named = document.resource_at(()).uri
                return document if named == uri or (named == document.uri and not suffix) else None
    return None


def _fetcher(
    registry: Registry[Any] | None, dialect: Dialect | None
) -> Callable[[str, DocumentRegistry], Document | None]:
    """
    A function from a URI to the document in the registry, or to a meta-schema.
    """
    if registry is None:
        return _fetch_known
    crawled = registry.crawl()

    def fetch(uri: str, documents: DocumentRegistry) -> Document | None:
        # As a mapping, a registry gives what it holds; only get_or_retrieve would call its retrieve function.
        resource = crawled.get(uri) or crawled.get(f"{uri}#")
        if resource is None:
            return _fetch_known(uri, documents)
        value = exact(resource.contents)
        named = _specified(resource) or dialect
        _check(value, named, uri, None)
        return Document(uri, value, named or DEFAULT_DIALECT, documents, uri)

    return fetch


def _specified(resource: Any) -> Dialect | None:
    """
    The dialect of a resource, which its contents need not name.
    """
    from referencing.jsonschema import specification_with

    specification = resource._specification  # noqa: SLF001 - referencing has no accessor
    return next((each for each in Dialect if specification_with(each.uri) is specification), None)


def _fetch_known(uri: str, documents: DocumentRegistry) -> Document | None:
    """
    The meta-schemas, the only documents available without a tree.
    """
    if "json-schema.org/" not in uri:
        return None
    from jsonschema_specifications import REGISTRY

    resource = REGISTRY.get(uri) or REGISTRY.get(uri + "#")
    if resource is None:
        return None
    return Document(uri, exact(resource.contents), DEFAULT_DIALECT, documents, uri)
