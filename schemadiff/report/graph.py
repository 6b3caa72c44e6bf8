"""
The version-support graph as Mermaid, DOT and SVG. Names in it are untrusted text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from schemadiff.deployment.graph import READS, WRITES, Graph, GraphEdge, GraphNode
from schemadiff.deployment.model import COMPATIBLE, CURRENT, DEPRECATED, ENDED, SAME, Replayed
from schemadiff.report.escaping import html_escape, shown
from schemadiff.report.style import Style

if TYPE_CHECKING:
    from schemadiff.report.results import SupportGraph

_NAME = 60
"""The maximum length of a name in a picture."""

_ROW, _BAND, _BOX, _GAP, _MARGIN = 34, 40, 300, 220, 16
"""Measures of the SVG in pixels: a row of nodes, a contract's title, a node's width, between columns, around all."""

_COLOURS = {CURRENT: "#1a7f37", DEPRECATED: "#9a6700", ENDED: "#cf222e"}
_GREY = "#6e7781"
_AGAINST = "#cf222e"
"""The colour of an edge that a replay contradicts."""


def mermaid(graph: Graph) -> str:
    """
    The graph as a Mermaid flowchart, for a fenced block of Markdown.
    """
    number = {node.key: f"n{place}" for place, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for place, (service, side, nodes) in enumerate(_boxes(graph)):
        lines.append(f'  subgraph s{place}["{_entities(f"{_shown(service)} {side}")}"]')
        lines += [f'    {number[node.key]}["{_entities(_node_label(node))}"]:::{node.window}' for node in nodes]
        lines.append("  end")
    for edge in graph.edges:
        arrow = "-->" if edge.carried else "-.->"
        lines.append(f'  {number[edge.source]} {arrow}|"{_entities(_edge_label(edge))}"| {number[edge.target]}')
    lines += [f"  classDef {window} stroke:{colour},stroke-width:2px" for window, colour in _COLOURS.items()]
    return "\n".join(lines) + "\n"


def dot(graph: Graph) -> str:
    """
    The graph in the language of Graphviz.
    """
    number = {node.key: f"n{place}" for place, node in enumerate(graph.nodes)}
    lines = ["digraph support {", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    for place, (service, side, nodes) in enumerate(_boxes(graph)):
        lines.append(f"  subgraph cluster_{place} {{")
        lines.append(f"    label={_quoted(f'{_shown(service)} {side}')};")
        for node in nodes:
            colour = _COLOURS.get(node.window, _GREY)
            lines.append(f'    {number[node.key]} [label={_quoted(_node_label(node))}, color="{colour}"];')
        lines.append("  }")
    for edge in graph.edges:
        style = "solid" if edge.carried else "dashed"
        lines.append(
            f"  {number[edge.source]} -> {number[edge.target]} [label={_quoted(_edge_label(edge))}, style={style}];"
        )
    return "\n".join([*lines, "}"]) + "\n"


def svg(graph: Graph) -> str:
    """
    The graph as an SVG picture: for each contract, writers on the left and readers on the right.
    """
    tops: dict[tuple[str, str, str, str], int] = {}
    parts: list[str] = []
    height = _MARGIN
    for contract in dict.fromkeys(node.contract for node in graph.nodes):
        parts.append(f'<text x="{_MARGIN}" y="{height + 20}" font-weight="bold">{_text(contract)}</text>')
        height += _BAND
        rows = 1
        for side in (WRITES, READS):
            nodes = [node for node in graph.nodes if (node.contract, node.side) == (contract, side)]
            rows = max(rows, len(nodes))
            for row, node in enumerate(nodes):
                tops[node.key] = height + row * _ROW
                parts += _box(node, height + row * _ROW)
        height += rows * _ROW
    lines = [part for edge in graph.edges for part in _line(edge, tops)]
    width = 2 * (_MARGIN + _BOX) + _GAP
    title = f"Who writes and who reads which version on {graph.as_of.isoformat()}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + _MARGIN}" width="{width}" '
        f'height="{height + _MARGIN}" role="img" font-family="sans-serif" font-size="12" fill="currentColor">'
    )
    return "\n".join([head, f"<title>{title}</title>", *lines, *parts, "</svg>"]) + "\n"


def _boxes(graph: Graph) -> Iterator[tuple[str, str, list[GraphNode]]]:
    for service, side in dict.fromkeys((node.service, node.side) for node in graph.nodes):
        yield service, side, [node for node in graph.nodes if (node.service, node.side) == (service, side)]


def _shown(name: str) -> str:
    return shown(name, _NAME)


def _node_label(node: GraphNode) -> str:
    what = f"{_shown(node.contract)} {_shown(node.version)}"
    releases = ", ".join(_shown(release) for release in node.releases[:5])
    more = f" and {len(node.releases) - 5} more" if len(node.releases) > 5 else ""
    return f"{what} in {releases}{more}{_window(node)}"


def _window(node: GraphNode) -> str:
    if node.window == CURRENT:
        return ""
    word = {DEPRECATED: "until", ENDED: "since"}.get(node.window)
    day = f" {word} {node.sunset.isoformat()}" if node.sunset and word else ""
    return f" ({node.window}{day})"


def _edge_label(edge: GraphEdge) -> str:
    if edge.verdict == SAME:
        words = "read" if edge.carried else "support is over, or not every release reads it"
    else:
        words = f"{edge.verdict} but for the tag" if edge.verdict == COMPATIBLE else edge.verdict
    if edge.replay is None or edge.verdict != SAME:
        return words
    return f"{words}, {replayed(edge.replay)}"


def _drawn(result: SupportGraph, *, style: Style, draw: Callable[[Graph], str]) -> str:  # noqa: ARG001 - as every reporter
    return draw(result.graph)


render_mermaid, render_dot, render_svg = (partial(_drawn, draw=draw) for draw in (mermaid, dot, svg))


def replayed(found: Replayed) -> str:
    """
    The outcome of a replay in a few words.
    """
    text = f"{found.as_expected} of {found.total} replayed as expected"
    return f"{text}, {found.deviations}" if found.deviations else text


def _entities(text: str) -> str:
    """
    Text for a quoted Mermaid label: all but plain characters become numeric entities.
    """
    return "".join(
        character if character.isascii() and (character.isalnum() or character in " ._,-()") else f"#{ord(character)};"
        for character in text
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(text: str) -> str:
    return html_escape(_shown(text))


def _box(node: GraphNode, top: int) -> list[str]:
    left = _MARGIN if node.side == WRITES else _MARGIN + _BOX + _GAP
    colour = _COLOURS.get(node.window, _GREY)
    label = f"{_shown(node.service)}: {_shown(node.version)} in {', '.join(map(_shown, node.releases[:5]))}"
    return [
        f"<g><title>{html_escape(f'{_shown(node.service)} {node.side} {_node_label(node)}')}</title>",
        f'<rect x="{left}" y="{top}" width="{_BOX}" height="{_ROW - 10}" rx="4" fill="none" stroke="{colour}"/>',
        f'<text x="{left + 8}" y="{top + 16}">{_text(label)}</text></g>',
    ]


def _line(edge: GraphEdge, tops: dict[tuple[str, str, str, str], int]) -> list[str]:
    middle = (_ROW - 10) // 2
    start, end = tops[edge.source] + middle, tops[edge.target] + middle
    left, right = _MARGIN + _BOX, _MARGIN + _BOX + _GAP
    dashes = "" if edge.carried else ' stroke-dasharray="4 4" opacity="0.6"'
    colour = _COLOURS[CURRENT] if edge.carried else _GREY
    if edge.verdict == SAME and edge.replay is not None and edge.replay.contradicts:
        colour = _AGAINST
    return [
        f'<line x1="{left}" y1="{start}" x2="{right}" y2="{end}" stroke="{colour}"{dashes}>'
        f"<title>{html_escape(_edge_label(edge))}</title></line>"
    ]
