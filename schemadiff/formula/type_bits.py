"""
The JSON types as bits of a mask (core 2020-12 §4.2.1).
"""

from __future__ import annotations

NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT = (1 << position for position in range(7))
"""The two booleans are types of their own, so that no atom is needed for them."""

ANY = 127
"""The mask of all types."""

KINDS = (NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT)
"""All types, in the order in which witnesses are searched for."""
