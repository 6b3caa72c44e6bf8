"""
The names of dialects that options take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemadiff.errors import UsageError
from schemadiff.keywords.dialects import DIALECTS, Dialect, dialect_of_uri

if TYPE_CHECKING:
    from referencing import Specification


def find_dialect(value: str | Specification) -> Dialect:
    """
    A dialect by its name, by its meta-schema's URI, or by its specification in ``referencing``.

    Raises:
        UsageError: there is none.
    """
    name = value if isinstance(value, str) else getattr(value, "name", None)
    dialect = (_DIALECT_NAMES.get(name) or dialect_of_uri(name)) if isinstance(name, str) else None
    if dialect is None:
        known = ", ".join(each.value for each in DIALECTS)
        raise UsageError(
            f"dialect is {str(name or value)[:60]!r}", remedy=f"It is one of {known}, or the URI of a meta-schema."
        )
    return dialect


_DIALECT_NAMES = {
    **{each.value: each for each in DIALECTS},
    "draft-04": Dialect.DRAFT4,
    "draft-06": Dialect.DRAFT6,
    "draft-07": Dialect.DRAFT7,
    "draft2019-09": Dialect.DRAFT2019,
    "draft2020-12": Dialect.DRAFT2020,
}
"""Our names, and those of the specifications in ``referencing``."""
