"""
Errors of patterns.
"""

from __future__ import annotations


class PatternError(ValueError):
    """
    A text that is not an ECMA-262 pattern; ``offset`` is the position of the error.
    """

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason} at offset {offset}")
        self.reason = reason
        self.offset = offset


class Unsupported(ValueError):  # noqa: N818 - it is not the pattern that errs
    """
    A valid pattern without a language here; see ``reason``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
