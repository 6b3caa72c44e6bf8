"""
The report for a terminal: verdict first, then each finding with where, what, why and what to do instead.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from schemadiff.decide import Classification, Comparison, Direction, Finding, Judgement, Place, Verdict
from schemadiff.report.model import Report, meaning, summary
from schemadiff.report.style import Style
from schemadiff.report.untrusted import cut, visible

NAME = "terminal"
SUFFIX = ".txt"

_FOLD = 40
"""So many findings of one classification are shown before the rest is folded into a count."""

_PAYLOAD = 600


def render(report: Report, *, style: Style) -> str:
    """
    Write the report as plain text, with colours where the style allows them.
    """
    lines: list[str] = []
    for comparison in report.comparisons:
        lines += [*_comparison(comparison, style), ""]
    lines += [_wrap(f"note: {note}", style, "", "  ") for note in report.notes]
    lines.append(style.paint(summary(report), "bold"))
    lines.append(style.paint(f"as of {report.as_of}, rules {report.rules}, emission {report.emission}", "dim"))
    return "\n".join(lines) + "\n"


def _comparison(comparison: Comparison, style: Style) -> Iterator[str]:
    title = f"{visible(comparison.contract)}  {visible(comparison.old)} → {visible(comparison.new)}"
    yield style.paint(title, "bold")
    for direction in sorted(Direction, key=lambda each: each not in comparison.promised):
        yield _verdict(comparison, direction, style)
    if comparison.tag is not None:
        pointer = "/".join(map(str, ("", *comparison.tag.pointer)))
        yield style.paint(f"  version tag {visible(pointer)}: {comparison.tag.old} → {comparison.tag.new}", "dim")
    for note in comparison.notes:
        yield _wrap(f"note: {visible(note)}", style, "  ", "    ")
    if not comparison.findings:
        yield "  no findings"
    for classification in Classification:
        some = [each for each in comparison.findings if each.classification is classification]
        yield from _group(comparison, classification, some, style)


def _verdict(comparison: Comparison, direction: Direction, style: Style) -> str:
    judged = comparison.judgement(direction)
    promised = direction in comparison.promised
    word = judged.verdict.value.upper() if promised else judged.verdict.value
    look = judged.verdict.value if promised else "dim"
    text = f"  {style.paint(f'{word:<10}', look)} {direction.value}: {visible(meaning(comparison, direction))}"
    return text + ("" if promised else style.paint("  (not promised)", "dim"))


def _group(comparison: Comparison, classification: Classification, some: list[Finding], style: Style) -> Iterator[str]:
    if not some:
        return
    most = len(some) if style.everything else _FOLD
    yield ""
    yield style.paint(f"  {classification.value} ({len(some)})", classification.value)
    for finding in some[:most]:
        yield from _finding(comparison, finding, style)
    if len(some) > most:
        yield f"    … and {len(some) - most} more; --all shows them"


def _finding(comparison: Comparison, finding: Finding, style: Style) -> Iterator[str]:
    head = style.paint(f"    {finding.level:<8}", finding.level)
    waived = style.paint(f" [waived: {visible(finding.waived)}]", "dim") if finding.waived is not None else ""
    yield head + _hang(visible(finding.message), style, 12) + waived
    yield style.paint(f"            {finding.rule} · {_places(finding)}", "dim")
    if len(finding.paths) > 1:
        yield style.paint(f"            reached from {len(finding.paths)} places", "dim")
    yield from _evidence(comparison, finding, style)
    for note in finding.notes:
        yield "            " + _hang(visible(note), style, 12)
    if finding.remedy and finding.waived is None:
        yield "            " + _hang(f"instead: {_flat(finding.remedy)}", style, 12)


def _evidence(comparison: Comparison, finding: Finding, style: Style) -> Iterator[str]:
    if finding.classification is Classification.NEUTRAL:
        return
    for direction in comparison.promised:
        judged = finding.judgement(direction)
        yield "            " + _hang(_because(judged, direction), style, 12)
        if judged.payload is not None:
            payload = cut(visible(judged.payload.instance), _PAYLOAD)
            yield f"            payload: {style.paint(payload, 'bold')}"


def _because(judged: Judgement, direction: Direction) -> str:
    if judged.verdict is Verdict.BREAKING:
        return f"breaks {direction.value}, {judged.evidence.value}: {visible(judged.by)}"
    if judged.verdict is Verdict.COMPATIBLE:
        return f"keeps {direction.value}, {judged.evidence.value}: {visible(judged.by)}"
    return f"{direction.value} undecided: {visible(judged.by)}"


def _places(finding: Finding) -> str:
    old, new = place_text(finding.old_place), place_text(finding.new_place)
    return old if old == new else f"{old} → {new}"


def place_text(place: Place) -> str:
    """
    ``file:line:column``, or the file and the pointer where lines are not known.
    """
    name = visible(place.name)
    return f"{name}#{visible(place.pointer)}" if place.line is None else f"{name}:{place.line}:{place.column}"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _hang(text: str, style: Style, indent: int) -> str:
    width = max(style.width - indent, 40)
    return ("\n" + " " * indent).join(textwrap.wrap(text, width, break_long_words=False) or [""])


def _wrap(text: str, style: Style, first: str, rest: str) -> str:
    return textwrap.fill(
        text, max(style.width, 40), initial_indent=first, subsequent_indent=rest, break_long_words=False
    )
