"""
Keywords whose meaning is not computed with, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from schemadiff.instance import format_pointer
from schemadiff.keywords.dialects import foreign_dialect, has_usual_vocabularies


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
    The ``$schema`` of a schema that names a meta-schema of its own, if that is not at hand or leaves out vocabularies
    that are computed with here (core 2020-12 §8.1).
    """
    uri = foreign_dialect(node.document.value)
    if uri is None or node.dialect.ref_hides_siblings:
        return None
    resource = node.document.registry.resource(uri.removesuffix("#"))
    if resource is not None and has_usual_vocabularies(resource.root.value):
        return None
    return UnsupportedKeyword(UnsupportedKind.DIALECT, uri, "$schema", node)


def circular_reference(node: Any) -> UnsupportedKeyword:
    """
    The reference of a schema that leads back to itself without descending into the instance (core 2020-12 §9.4.1).
    """
    detail = f"{node.document.name}#{format_pointer(node.pointer)}"
    return UnsupportedKeyword(UnsupportedKind.CIRCULAR, detail, "$ref", node)
