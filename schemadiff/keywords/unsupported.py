"""
Keywords whose meaning is not computed with, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class UnsupportedKind(Enum):
    """
    Why the meaning of a keyword is not computed with.
    """

    UNRESOLVED = "unresolved reference"
    PATTERN = "pattern beyond regular languages"
    FORMAT = "format that is not regular"


@dataclass(frozen=True, slots=True)
class UnsupportedKeyword:
    """
    One such keyword of one schema.

    Attributes:
        kind: why it is not supported.
        detail: what in particular.
        keyword: its name.
        place: the schema that holds it.
    """

    kind: UnsupportedKind
    detail: str
    keyword: str
    place: Any
