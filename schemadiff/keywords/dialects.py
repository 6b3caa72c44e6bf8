"""
The supported dialects of JSON Schema, and the declaration of a dialect by ``$schema``.
"""

from __future__ import annotations

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
_BY_URI = {uri.removesuffix("#").partition("://")[2]: dialect for dialect, uri in _URIS.items()}


def dialect_of(schema: Any) -> Dialect | None:
    """
    The dialect that a schema declares in ``$schema``; None if it declares none, or an unsupported one.
    """
    named = schema.get("$schema") if isinstance(schema, dict) else None
    return dialect_of_uri(named) if isinstance(named, str) else None


def dialect_of_uri(uri: str) -> Dialect | None:
    """
    The dialect of a meta-schema; None for a meta-schema of another dialect.
    """
    return _BY_URI.get(uri.strip().removesuffix("#").partition("://")[2])


def foreign_dialect(schema: Any) -> str | None:
    """
    The URI of an unsupported meta-schema that a schema declares; None if it declares none, or a supported one.

    From 2019-09 on such a meta-schema may omit whole vocabularies, so that keywords may not have their usual meaning.
    """
    named = schema.get("$schema") if isinstance(schema, dict) else None
    if not isinstance(named, str) or dialect_of(schema) is not None:
        return None
    return None if named.partition("://")[2].startswith("json-schema.org/") else named


def has_usual_vocabularies(meta_schema: Any) -> bool:
    """
    Whether a meta-schema of 2019-09 or later includes the applicator and validation vocabularies.
    """
    named = meta_schema.get("$vocabulary") if isinstance(meta_schema, dict) else None
    if not isinstance(named, dict):
        return True
    return all(any(uri.endswith(f"/vocab/{word}") for uri in named) for word in ("applicator", "validation"))
