"""
The release checklist as Markdown (the default), for a terminal, and as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

from schemadiff.report.style import Style
from schemadiff.report.untrusted import markdown_text, visible

_BOXES = {"checked": "[x]", "failed": "[ ] ❌", "a person must confirm": "[ ]"}


class Item(Protocol):
    """
    One line of a checklist.
    """

    @property
    def title(self) -> str:
        """What must be true."""

    @property
    def state(self) -> str:
        """Checked, failed, or a person must confirm."""

    @property
    def evidence(self) -> tuple[str, ...]:
        """What was seen."""

    @property
    def reproduce(self) -> str:
        """The command that shows it again."""


def render_checklist(as_of: str, items: Sequence[Item], form: str, *, style: Style) -> str:
    """
    Write a checklist in one of the formats ``terminal``, ``markdown`` and ``json``.
    """
    if form == "json":
        rows = [
            {"title": i.title, "state": i.state, "evidence": list(i.evidence), "reproduce": i.reproduce} for i in items
        ]
        return json.dumps({"format": 1, "as_of": as_of, "items": rows}, indent=2, ensure_ascii=False) + "\n"
    return _markdown(as_of, items) if form == "markdown" else _terminal(as_of, items, style)


def _terminal(as_of: str, items: Sequence[Item], style: Style) -> str:
    looks = {"checked": "compatible", "failed": "breaking"}
    lines = [style.paint(f"Release checklist, as of {as_of}", "bold"), ""]
    for item in items:
        lines.append(style.paint(f"{_BOXES[item.state]:<6} {item.title}", looks.get(item.state, "warning")))
        if item.state == "a person must confirm":
            lines.append(f"       {item.state}:")
        lines += [f"       {visible(each)}" for each in item.evidence]
        if item.reproduce:
            lines.append(style.paint(f"       $ {item.reproduce}", "dim"))
    return "\n".join(lines) + "\n"


def _markdown(as_of: str, items: Sequence[Item]) -> str:
    lines = [f"## Release checklist, as of {as_of}", ""]
    for item in items:
        tail = "" if item.state == "checked" else f" _({item.state})_"
        lines.append(f"- {_BOXES[item.state]} **{item.title}**{tail}")
        lines += [f"  - {markdown_text(each)}" for each in item.evidence]
        if item.reproduce:
            lines.append(f"  - again: `{item.reproduce}`")
    return "\n".join(lines) + "\n"
