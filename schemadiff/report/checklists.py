"""
The release checklist for a terminal, as Markdown, and as a page.
"""

from __future__ import annotations

from schemadiff.report.escaping import html_escape, markdown_text, visible
from schemadiff.report.results import CHECKED, FAILED, OPEN, Checklist
from schemadiff.report.style import Style

_BOXES = {CHECKED: "[x]", FAILED: "[ ] ❌", OPEN: "[ ]"}


def terminal(checklist: Checklist, *, style: Style) -> str:
    """
    Write a checklist as plain text.
    """
    looks = {CHECKED: "compatible", FAILED: "breaking"}
    lines = [style.paint(f"Release checklist, as of {checklist.as_of}", "bold"), ""]
    for item in checklist.items:
        lines.append(style.paint(f"{_BOXES[item.state]:<6} {item.title}", looks.get(item.state, "warning")))
        if item.state == OPEN:
            lines.append(f"       {item.state}:")
        lines += [f"       {visible(each)}" for each in item.evidence]
        if item.reproduce:
            lines.append(style.paint(f"       $ {item.reproduce}", "dim"))
    return "\n".join(lines) + "\n"


def markdown(checklist: Checklist, *, style: Style) -> str:  # noqa: ARG001 - every reporter has the same signature
    """
    Write a checklist as Markdown.
    """
    lines = [f"## Release checklist, as of {checklist.as_of}", ""]
    for item in checklist.items:
        tail = "" if item.state == CHECKED else f" _({item.state})_"
        lines.append(f"- {_BOXES[item.state]} **{item.title}**{tail}")
        lines += [f"  - {markdown_text(each)}" for each in item.evidence]
        if item.reproduce:
            lines.append(f"  - again: `{item.reproduce}`")
    return "\n".join(lines) + "\n"


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Release checklist, {as_of}</title>
<style>
:root {{ color-scheme: light dark; --paper: #fff; --ink: #1c2024; --soft: #5b6470; --line: #d9dee4;
  --yes: #17663a; --no: #a3161f; --ask: #7a4b00; }}
@media (prefers-color-scheme: dark) {{ :root {{ --paper: #14171a; --ink: #e6e9ec; --soft: #a2abb5; --line: #343b43;
  --yes: #6fd19a; --no: #ff9a9e; --ask: #f0c36a; }} }}
body {{ background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; max-width: 52rem;
  margin: 2.5rem auto; padding: 0 1.25rem; }}
h1 {{ font-size: 1.6rem; margin: 0 0 .25rem; }}
p.count {{ color: var(--soft); margin: 0 0 2rem; }}
section {{ border-top: 1px solid var(--line); padding: 1rem 0; display: grid; grid-template-columns: 8.5rem 1fr; }}
section > b {{ font-size: .85rem; padding-top: .2rem; }}
.checked > b {{ color: var(--yes); }} .failed > b {{ color: var(--no); }} .person > b {{ color: var(--ask); }}
h2 {{ font-size: 1.05rem; margin: 0 0 .35rem; }}
ul {{ margin: 0; padding-left: 1.1rem; color: var(--soft); overflow-wrap: anywhere; }}
code {{ font: .85rem/1.5 ui-monospace, monospace; color: var(--soft); }}
@media (max-width: 34rem) {{ section {{ grid-template-columns: 1fr; }} }}
@media print {{ body {{ margin: 0; max-width: none; }} section {{ break-inside: avoid; }} }}
</style>
</head>
<body>
<h1>Release checklist</h1>
<p class="count">As of {as_of}: {count}</p>
{sections}
</body>
</html>
"""

_WORDS = {
    CHECKED: ("checked", "✓ checked"),
    FAILED: ("failed", "✗ failed"),
    OPEN: ("person", "? a person must confirm"),
}


def html(checklist: Checklist, *, style: Style) -> str:  # noqa: ARG001 - every reporter has the same signature
    """
    Write a checklist as one page.
    """
    sections = []
    for item in checklist.items:
        look, word = _WORDS[item.state]
        lines = "".join(f"<li>{html_escape(visible(each))}</li>" for each in item.evidence)
        again = f"<p><code>$ {html_escape(item.reproduce)}</code></p>" if item.reproduce else ""
        content = f"<div><h2>{html_escape(item.title)}</h2><ul>{lines}</ul>{again}</div>"
        sections.append(f'<section class="{look}"><b>{word}</b>{content}</section>')
    counts = [f"{sum(item.state == state for item in checklist.items)} {state}" for state in _WORDS]
    return _PAGE.format(as_of=html_escape(checklist.as_of), count=", ".join(counts), sections="\n".join(sections))
