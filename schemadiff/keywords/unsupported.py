"""
Keywords whose meaning is not computed with, and why: unsupported ones, and those about which validators disagree with
the specification or with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from schemadiff.instance import format_pointer
from schemadiff.keywords.dialects import Dialect, foreign_dialect, has_usual_vocabularies
from schemadiff.keywords.normalized import NormalizedKeyword
from schemadiff.keywords.scoped_schema import ScopedSchema


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


def spelling_counts(schemas: Iterable[ScopedSchema]) -> bool:
    """
    Whether some draft-04 schemas require an integer while an ``enum`` has a number such as 1.0: in that dialect alone
    the way in which a number is written decides whether it is an integer (draft-04 core §3.5).
    """
    old = list(_normalized(schemas, Dialect.DRAFT4))
    if not any("integer" in normalized["type"].value for normalized in old if "type" in normalized):
        return False
    values = (each for normalized in old if "enum" in normalized for each in normalized["enum"].value)
    return any(isinstance(each, Decimal) and each == each.to_integral_value() for each in values)


def items_disputed(schemas: Iterable[ScopedSchema]) -> bool:
    """
    Whether some 2019-09 schemas have ``contains`` and ``unevaluatedItems``: by that specification ``contains``
    evaluates no items (core 2019-09 §9.3.1.4), by the validators it does.
    """
    names = {name for normalized in _normalized(schemas, Dialect.DRAFT2019) for name in normalized}
    return names >= {"contains", "unevaluatedItems"}


def _normalized(schemas: Iterable[ScopedSchema], dialect: Dialect) -> Iterator[dict[str, NormalizedKeyword]]:
    for schema in schemas:
        if isinstance(schema.node.value, dict) and schema.node.dialect is dialect:
            yield schema.node.normalized


def disputed_spelling(node: Any) -> UnsupportedKeyword:
    """
    The ``enum`` of a schema for which ``spelling_counts``.
    """
    return UnsupportedKeyword(UnsupportedKind.DISPUTED, "draft-04 tells 1.0 from 1", "enum", node)


def disputed_items(node: Any) -> UnsupportedKeyword:
    """
    The ``unevaluatedItems`` of a schema for which ``items_disputed``.
    """
    return UnsupportedKeyword(UnsupportedKind.DISPUTED, "contains evaluates items", "unevaluatedItems", node)
