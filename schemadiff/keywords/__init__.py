"""
The keyword table: the only room in which a keyword is spelled.

A keyword is one row. Legacy spellings (``definitions``, ``dependencies``, a draft-04 ``exclusiveMinimum: true``)
have rows too, which normalise them to the 2020-12 vocabulary; the rooms above read normalised keywords, independent
of the schema's dialect.
"""

from schemadiff.keywords.dialects import DIALECTS, Dialect, dialect_of
from schemadiff.keywords.identifiers import identity_of, subschemas_of
from schemadiff.keywords.model import ABSENT, Effect, Holds, Keyword, Polarity, Role
from schemadiff.keywords.normalized import NormalizedKeyword, container_of, normalized_keywords, spelled, spellings_of
from schemadiff.keywords.table import MODERN, TABLE, rows_of

__all__ = [
    "ABSENT",
    "DIALECTS",
    "MODERN",
    "TABLE",
    "Dialect",
    "Effect",
    "Holds",
    "Keyword",
    "NormalizedKeyword",
    "Polarity",
    "Role",
    "container_of",
    "dialect_of",
    "identity_of",
    "normalized_keywords",
    "rows_of",
    "spelled",
    "spellings_of",
    "subschemas_of",
]
