"""
Keywords whose meaning is not computed with, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from schemadiff.instance import format_pointer


class UnsupportedKind(Enum):
    """
    Why the meaning of a keyword is not computed with.
    """

    UNRESOLVED = "unresolved reference"
    PATTERN = "pattern beyond regular languages"
    FORMAT = "format that is not regular"
    DIALECT = "meta-schema that is not known"
    CIRCULAR = "reference that leads back to itself"
    DISPUTED = "keyword that validators disagree about"


@dataclass(frozen=True, slots=True)
class UnsupportedKeyword:
    """
    One such keyword of one schema.

    Attributes:
        kind: why it is not supported.
        detail: what in particular.
        keyword: its name.
        schema: the one that holds it.
    """

    kind: UnsupportedKind
    detail: str
    keyword: str
    schema: Any


def unsupported_dialect(node: Any) -> UnsupportedKeyword | None:
    """
    The ``$schema`` of a schema, or of one that it refers to, whose meta-schema is not known.
    """
    unknown = (each for each in node.document.registry.resources.values() if each.unknown_meta_schema is not None)
    found = next(unknown, None)
    if found is None:
        return None
    return UnsupportedKeyword(UnsupportedKind.DIALECT, found.unknown_meta_schema, "$schema", found.root)


def circular_reference(node: Any) -> UnsupportedKeyword:
    """
    The reference of a schema that leads back to itself without descending into the instance (core 2020-12 §9.4.1).
    """
    detail = f"{node.document.name}#{format_pointer(node.pointer)}"
    return UnsupportedKeyword(UnsupportedKind.CIRCULAR, detail, "$ref", node)
