"""
The style of text output: width, colours and limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemadiff.report.escaping import visible

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """
    The style of text output.

    Attributes:
        width: the maximum line length in columns.
        colour: whether to use ANSI colours.
        everything: whether to show the parts that are folded by default.
        limit: the maximum length of a Markdown text in characters; the rest is replaced by counts.
    """

    width: int = 100
    colour: bool = False
    everything: bool = False
    limit: int = 65_000

    def paint(self, text: str, look: str) -> str:
        """
        Text in the colour of a look, or unchanged without colours.
        """
        code = _CODES.get(look)
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text


def table(
    rows: Iterable[Iterable[str]], head: Sequence[str], form: str = "simple", *, align: Sequence[str] | None = None
) -> str:
    """
    A table of untrusted cells: ``simple`` for a terminal, ``github`` for Markdown.
    """
    from tabulate import tabulate

    cells = [[visible(cell) for cell in row] for row in rows]
    return tabulate(cells, head, tablefmt=form, disable_numparse=True, colalign=align)
