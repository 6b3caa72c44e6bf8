"""
The supported dialects of JSON Schema, and the declaration of a dialect by ``$schema``.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Any


class Dialect(Enum):
    """
    A dialect, ordered by age; the value is the name used on command lines and in reports.
    """

    DRAFT4 = "draft4"
    DRAFT6 = "draft6"
    DRAFT7 = "draft7"
    DRAFT2019 = "2019-09"
    DRAFT2020 = "2020-12"

    # Each is one of a kind. Rows are looked up by dialect thousands of times, and hashing its name would cost more.
    __hash__ = object.__hash__

    @property
    def uri(self) -> str:
        """
        The meta-schema's URI, as ``$schema`` spells it.
        """
        return _URIS[self]

    @property
    def age(self) -> int:
        """
        The position in the history of dialects: 0 is the oldest.
        """
        return _ORDER[self]

    @property
    def ref_hides_siblings(self) -> bool:
        """
        Whether everything beside ``$ref`` is ignored (up to draft-07).
        """
        return self.age <= _ORDER[Dialect.DRAFT7]


DIALECTS = tuple(Dialect)

_ORDER = {dialect: age for age, dialect in enumerate(Dialect)}
_URIS = {
    Dialect.DRAFT4: "http://json-schema.org/draft-04/schema#",
    Dialect.DRAFT6: "http://json-schema.org/draft-06/schema#",
    Dialect.DRAFT7: "http://json-schema.org/draft-07/schema#",
    Dialect.DRAFT2019: "https://json-schema.org/draft/2019-09/schema",
    Dialect.DRAFT2020: "https://json-schema.org/draft/2020-12/schema",
}
_BY_URI = {
    spelling: dialect
    for dialect, uri in _URIS.items()
    for named in (uri.removesuffix("#").partition("://")[2],)
    for spelling in (named, named.removesuffix("/schema") + "/hyper-schema")
}
"""Dialects by the URI of their meta-schema or hyper-schema, without scheme and empty fragment."""

_VOCABULARY = re.compile(r"https?://json-schema\.org/draft/(2019-09|2020-12)/vocab/([a-z-]+)")
_NEEDED = frozenset(("core", "applicator", "validation"))
"""Vocabularies without which keywords do not have their usual meaning."""


def dialect_of(schema: Any) -> Dialect | None:
    """
    The dialect that a schema declares in ``$schema``; None if it declares none, or an unknown one.
    """
    named = schema.get("$schema") if isinstance(schema, dict) else None
    return dialect_of_uri(named) if isinstance(named, str) else None


def dialect_of_uri(uri: str) -> Dialect | None:
    """
    The dialect of a meta-schema, however its URI is spelled; None for a meta-schema of another dialect.
    """
    return _BY_URI.get(uri.strip().removesuffix("#").partition("://")[2])


def declares_dialect(schema: Any) -> bool:
    """
    Whether a schema has ``$schema``.
    """
    return isinstance(schema, dict) and "$schema" in schema


def unknown_meta_schema(schema: Any) -> str | None:
    """
    The URI of an unknown meta-schema that a schema declares; None if it declares none, or a known one.
    """
    named = schema.get("$schema") if isinstance(schema, dict) else None
    return named if isinstance(named, str) and dialect_of_uri(named) is None else None


def dialect_of_meta_schema(meta_schema: Any) -> Dialect | list[str] | None:
    """
    The dialect whose keywords have their usual meaning under a meta-schema of one's own.

    Returns:
        The dialect; or the references to the meta-schemas that it extends (``$ref``, also in ``allOf``), if it has no
        ``$vocabulary``; None if keywords may have another meaning.
    """
    if not isinstance(meta_schema, dict):
        return None
    if "$vocabulary" in meta_schema:
        return _dialect_of_vocabularies(meta_schema["$vocabulary"])
    branches = meta_schema.get("allOf")
    schemas = [meta_schema, *(branches if isinstance(branches, list) else ())]
    references = [schema.get("$ref") for schema in schemas if isinstance(schema, dict)]
    return [reference for reference in references if isinstance(reference, str)]


def leaves_out_vocabularies(meta_schema: Any) -> bool:
    """
    Whether a meta-schema says by ``$vocabulary`` that it leaves out keywords that are computed with.
    """
    named = meta_schema.get("$vocabulary") if isinstance(meta_schema, dict) else None
    return isinstance(named, dict) and _complete(named) is None


def _dialect_of_vocabularies(named: Any) -> Dialect | None:
    """
    The dialect of some vocabularies (core 2020-12 §8.1.2); None if an unknown one is required, or one that is computed
    with is left out.
    """
    if not isinstance(named, dict):
        return None
    unknown = (uri for uri in named if not _VOCABULARY.fullmatch(uri))
    return None if any(named[uri] is True for uri in unknown) else _complete(named)


def _complete(named: dict[str, Any]) -> Dialect | None:
    """
    The dialect of which some vocabularies are all that are computed with.
    """
    known = [match for uri in named if (match := _VOCABULARY.fullmatch(uri))]
    years = {match[1] for match in known}
    if len(years) != 1:
        return None
    dialect = Dialect(years.pop())
    needed = _NEEDED | {"unevaluated"} if dialect is Dialect.DRAFT2020 else _NEEDED
    return dialect if needed <= {match[2] for match in known} else None
