"""
How text may look where it goes: width, and colours if there are any.
"""

from __future__ import annotations

from dataclasses import dataclass

_CODES = {
    "bold": "1",
    "dim": "2",
    "error": "31",
    "breaking": "1;31",
    "warning": "33",
    "undecided": "35",
    "note": "36",
    "additive": "32",
    "compatible": "32",
    "neutral": "2",
    "none": "2",
}


@dataclass(frozen=True, slots=True)
class Style:
    """
    Attributes:
        width: columns to fill at most.
        colour: whether ANSI colours may be used.
        everything: whether folded parts are shown as well.
        limit: characters that a Markdown text may have at most; what is over that is cut, with counts.
    """

    width: int = 100
    colour: bool = False
    everything: bool = False
    limit: int = 65_000

    def paint(self, text: str, look: str) -> str:
        """
        Text in a colour, or as it is where there are none.
        """
        code = _CODES.get(look)
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text
