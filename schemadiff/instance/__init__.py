"""
JSON values: exact parsing, equality, canonical form, and pointers.
"""

from schemadiff.instance.equality import canonical, dumps, equal, exact, is_encodable, key, kind, size
from schemadiff.instance.parse import Value, loads
from schemadiff.instance.pointer import Pointer, format_pointer, get_at, parse_pointer, remove_at, set_at

__all__ = [
    "Pointer",
    "Value",
    "canonical",
    "dumps",
    "equal",
    "exact",
    "format_pointer",
    "get_at",
    "is_encodable",
    "key",
    "kind",
    "loads",
    "parse_pointer",
    "remove_at",
    "set_at",
    "size",
]
