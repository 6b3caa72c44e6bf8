"""
Detection of schemas among other documents, and of what those others are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from schemadiff.errors import InputError
from schemadiff.instance.parse import decode
from schemadiff.keywords.detect import (
    declares_json_schema,
    holds_keyword,
    looks_like_schema,
    mentions_schema_keywords,
    says_something,
)
from schemadiff.sources.file_tree import Tree
from schemadiff.sources.text import parse_text

_CALLED_SCHEMA = r"\.(?:schema|v\d[\w.-]*)\.(?:json|ya?ml)\Z"


class DocumentKind(Enum):
    """
    The kind of a file.
    """

    SCHEMA = "schema"
    OTHER = "other"
    UNREADABLE = "unreadable"


def kind_of(tree: Tree, path: str) -> DocumentKind:
    """
    The kind of a file. A file that is named like a schema, or contains its keywords, is a schema even if it cannot be
    parsed: skipping it would hide that it is broken.
    """
    if re.search(_CALLED_SCHEMA, path, re.IGNORECASE):
        return DocumentKind.SCHEMA
    text = ""
    try:
        text = decode(tree.read(path) or b"", name=path)
        value, _ = parse_text(text, name=path)
    except InputError:
        return DocumentKind.SCHEMA if mentions_schema_keywords(text) else DocumentKind.UNREADABLE
    return DocumentKind.SCHEMA if looks_like_schema(value) else DocumentKind.OTHER


@dataclass(frozen=True, slots=True)
class ForeignKind:
    """
    A kind of document that is no JSON Schema.

    Attributes:
        name: what it is called in messages.
        signs: the names that such a document has, each with a pattern for its value; None for an object or an array.
        remedy: what to do instead.
        holds_schemas: whether schemas of messages are part of such a document.
    """

    name: str
    signs: Mapping[str, str | None]
    remedy: str
    holds_schemas: bool = False

    def matches(self, document: Mapping[str, Any]) -> bool:
        """
        Whether a document has all signs.
        """
        return all(_has(document, name, pattern) for name, pattern in self.signs.items())


def _has(document: Mapping[str, Any], name: str, pattern: str | None) -> bool:
    value = document.get(name)
    if pattern is None:
        return isinstance(value, (dict, list))
    return isinstance(value, str) and re.match(pattern, value) is not None


_REFER = 'Compare one of its schemas: write a schema such as {{"$ref": "FILE#/{}/NAME"}}.'
_NOT_COMPARED = "Name the schema of the messages instead; this is not one."
_API_VERSION = r"(?:[\w.-]+/)?v\d+(?:(?:alpha|beta)\d+)?\Z"

FOREIGN_KINDS = (
    ForeignKind("an OpenAPI document", {"openapi": r"\d"}, _REFER.format("components/schemas"), holds_schemas=True),
    ForeignKind("a Swagger document", {"swagger": r"\d"}, _REFER.format("definitions"), holds_schemas=True),
    ForeignKind("an AsyncAPI document", {"asyncapi": r"\d"}, _REFER.format("components/schemas"), holds_schemas=True),
    ForeignKind(
        "a Kubernetes custom resource definition",
        {"apiVersion": r"apiextensions\.k8s\.io/", "kind": r"CustomResourceDefinition\Z", "spec": None},
        _REFER.format("spec/versions/0/schema").replace("/NAME", "/openAPIV3Schema"),
        holds_schemas=True,
    ),
    ForeignKind("a Kubernetes manifest", {"apiVersion": _API_VERSION, "kind": r"[A-Z]\w*\Z"}, _NOT_COMPARED),
    ForeignKind("a Helm chart", {"apiVersion": r"v[12]\Z", "name": "", "version": r"\d"}, _NOT_COMPARED),
    ForeignKind("an npm package", {"name": "", "scripts": None}, _NOT_COMPARED),
    ForeignKind("an npm package", {"name": "", "devDependencies": None}, _NOT_COMPARED),
    ForeignKind("an npm package", {"name": "", "version": r"\d", "dependencies": None}, _NOT_COMPARED),
    ForeignKind("a TypeScript configuration", {"compilerOptions": None}, _NOT_COMPARED),
    ForeignKind("an Avro schema", {"type": r"record\Z", "fields": None}, _NOT_COMPARED),
    ForeignKind("an Avro schema", {"type": r"enum\Z", "symbols": None}, _NOT_COMPARED),
    ForeignKind("a GeoJSON document", {"type": r"Feature(?:Collection)?\Z"}, _NOT_COMPARED),
    ForeignKind("a JSON-LD document", {"@context": None}, _NOT_COMPARED),
    ForeignKind("a JSON-LD document", {"@context": r"https?:"}, _NOT_COMPARED),
    ForeignKind("a Postman collection", {"info": None, "item": None}, _NOT_COMPARED),
    ForeignKind("a SARIF log", {"version": r"2\.1\.", "runs": None}, _NOT_COMPARED),
    ForeignKind("a workflow of GitHub Actions", {"jobs": None, "on": None}, _NOT_COMPARED),
    ForeignKind("a workflow of GitHub Actions", {"jobs": None, "on": r"\w"}, _NOT_COMPARED),
    ForeignKind("a Compose file", {"services": None}, _NOT_COMPARED),
    ForeignKind(
        "components of an OpenAPI document",
        {"components": None},
        _REFER.format("components/schemas"),
        holds_schemas=True,
    ),
    ForeignKind(
        "a list of tools",
        {"tools": None},
        _REFER.format("tools/0").replace("/NAME", "/inputSchema"),
        holds_schemas=True,
    ),
)
"""Kinds of documents by their signs; the first that matches counts. """


def foreign_kind(document: Any) -> ForeignKind | None:
    """
    The kind of a document that is no JSON Schema; None for what may be one.
    """
    if not isinstance(document, dict) or declares_json_schema(document):
        return None
    kind = next((kind for kind in FOREIGN_KINDS if kind.matches(document)), None)
    if kind is None or kind.signs.keys() <= _FORMATS:
        return kind
    # Whoever writes keywords with values that only schemas have means a schema.
    return None if says_something(document) else kind


_FORMATS = frozenset(("openapi", "swagger", "asyncapi"))
"""Signs that name a format with its version, and hold schemas besides."""


def require_schema(document: Any, name: str) -> None:
    """
    Reject a document that is plainly no JSON Schema.

    Raises:
        InputError: it is of another kind, or has no keyword at all; the message says what it is.
    """
    kind = foreign_kind(document)
    if kind is not None:
        raise InputError(f"not a schema: it seems to be {kind.name}", name=name, line=1, column=1, remedy=kind.remedy)
    if isinstance(document, dict) and document and not holds_keyword(document):
        names = ", ".join(map(repr, list(document)[:_NAMED])) + (", …" if len(document) > _NAMED else "")
        raise InputError(
            f"not a schema: it holds no schema keyword, but {names}",
            name=name,
            line=1,
            column=1,
            remedy="A JSON Schema describes messages by keywords such as `type` or `properties`; name the schema "
            "instead of a message.",
        )


_NAMED = 5
