"""
What can be wrong with a pattern.
"""

from __future__ import annotations


class PatternError(ValueError):
    """
    The text is not a pattern of ECMA-262; ``offset`` says where it went wrong.
    """

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason} at offset {offset}")
        self.reason = reason
        self.offset = offset


class Unsupported(ValueError):  # noqa: N818 - it is not the pattern that errs
    """
    The pattern is sound, but this room cannot say what it means; see ``reason``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
