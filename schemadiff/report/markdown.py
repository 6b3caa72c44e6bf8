"""
The comparison report as GitHub Markdown: the body of the pull-request comment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemadiff.decide import Classification, Comparison, Finding, Verdict
from schemadiff.instance import dumps
from schemadiff.report.escaping import cut, markdown_block, markdown_cell, markdown_code, markdown_html, markdown_text
from schemadiff.report.locations import place_text
from schemadiff.report.model import WORST_FIRST, Report, directions, headline, look, meaning, summary, worst
from schemadiff.report.style import Style

_SIGNS = {Verdict.BREAKING: "❌", Verdict.UNDECIDED: "❔", Verdict.COMPATIBLE: "✅"}
_WRONG = (Classification.BREAKING, Classification.UNDECIDED)
_TEXT = 300
_GRAPH = 10_000


@dataclass(frozen=True, slots=True)
class _Limits:
    """
    Numbers of pairs with a section, of findings and of details a pair; characters a payload; graph and replay or not.
    """

    pairs: int
    rows: int
    details: int
    payload: int
    extras: bool


_EVERYTHING = 10**9
_SIZES = (
    _Limits(200, 50, 50, 4000, True),
    _Limits(100, 50, 20, 2000, True),
    _Limits(50, 30, 10, 1000, True),
    _Limits(30, 20, 3, 600, True),
    _Limits(30, 15, 0, 0, False),
    _Limits(15, 8, 0, 0, False),
    _Limits(6, 4, 0, 0, False),
    _Limits(2, 1, 0, 0, False),
    _Limits(0, 0, 0, 0, False),
)
"""From the largest to the smallest; the first whose text keeps the style's limit is used. The last always does."""


def render(report: Report, *, style: Style) -> str:
    """
    Write the report as Markdown: the verdict, a table of findings a contract, payloads folded.

    Parts beyond the style's limit are replaced by counts.
    """
    # Every row is longer than 40 characters, so a report with more findings exceeds the limit anyway.
    whole = style.everything and sum(len(comparison.findings) for comparison in report.comparisons) * 40 <= style.limit
    sizes = (_Limits(_EVERYTHING, _EVERYTHING, _EVERYTHING, 4000, True), *_SIZES) if whole else _SIZES
    for limits in sizes:
        text = _render(report, limits)
        if _length(text) <= style.limit:
            return text
    return text[: style.limit]


def _length(text: str) -> int:
    # In UTF-16 code units: a character beyond the basic plane counts twice.
    return len(text) + sum(character > "\uffff" for character in text)


def _render(report: Report, limits: _Limits) -> str:
    parts = [
        f"## {_SIGNS[look(report)]} Schema compatibility: {markdown_text(headline(report), 2 * _TEXT)}",
        "",
        f"{summary(report)}.",
        "",
    ]
    if report.revisions:
        parts += [markdown_text(report.revisions, _TEXT), ""]
    parts += _remarks(report, limits)
    ranked = sorted(report.comparisons, key=lambda each: WORST_FIRST.index(worst(each)))
    for comparison in ranked[: limits.pairs]:
        parts += [*_comparison(comparison, limits), ""]
    if len(ranked) > limits.pairs:
        parts += [_more_pairs(ranked[limits.pairs :]), ""]
    if limits.extras:
        parts += _extras(report)
    parts += [f"> {markdown_text(note, _TEXT)}\n>" for note in report.notes[: limits.rows]]
    if len(report.notes) > limits.rows:
        parts.append(f"> … and {len(report.notes) - limits.rows} more notes.")
    about = f"as of {report.as_of}, rules {report.rules}, emission {report.emission}"
    parts += ["", f"<sub>schemadiff {markdown_html(report.schemadiff)}, {markdown_html(about)}</sub>"]
    return "\n".join(parts) + "\n"


def _remarks(report: Report, limits: _Limits) -> Iterator[str]:
    if not report.remarks:
        return
    yield "### Rules about contracts"
    yield ""
    rows = report.remarks[: limits.rows]
    if rows:
        yield "| level | what is wrong | what to do | where |"
        yield "|---|---|---|---|"
    for row in rows:
        text = f"waived: {row.waived}" if row.waived is not None else " ".join(row.remedy.split())
        what = f"{markdown_text(row.message, _TEXT)} ({markdown_cell(row.rule)})"
        yield f"| {row.level} | {what} | {markdown_text(text, _TEXT)} | {markdown_cell(place_text(row.place))} |"
    if len(rows) < len(report.remarks):
        counts = Counter(remark.level for remark in report.remarks[len(rows) :])
        yield ""
        yield f"… and {counts.total()} more: {', '.join(f'{count} {level}' for level, count in counts.items())}."
    yield ""


def _more_pairs(pairs: Sequence[Comparison]) -> str:
    kinds = ("with a breaking verdict", "with an undecided one", "that break no promise")
    counts = Counter(map(worst, pairs))
    text = ", ".join(f"{counts[each]} {kind}" for each, kind in zip(WORST_FIRST, kinds, strict=True) if counts[each])
    return f"… and {len(pairs)} more {'pair' if len(pairs) == 1 else 'pairs'}: {text}."


def _comparison(comparison: Comparison, limits: _Limits) -> Iterator[str]:
    names = (markdown_text(each, 100) for each in (comparison.contract, comparison.old, comparison.new))
    yield "### {}: {} → {}".format(*names)
    yield ""
    for direction in directions(comparison):
        judged = comparison.judgement(direction)
        promised = direction in comparison.promised and comparison.binds
        sign = _SIGNS[judged.verdict] if promised else "▫️"
        tail = "" if promised else " _(not promised)_" if comparison.binds else " _(these versions may differ)_"
        means = markdown_text(meaning(comparison, direction), _TEXT)
        yield f"- {sign} **{direction.value}** {judged.verdict.value}: {means}{tail}"
    for note in comparison.notes[:10]:
        yield f"- {markdown_text(note, _TEXT)}"
    yield ""
    if not comparison.findings:
        yield "No findings."
        return
    yield from _table(comparison, limits)
    yield from _details(comparison, limits)


def _table(comparison: Comparison, limits: _Limits) -> Iterator[str]:
    rows = comparison.findings[: limits.rows]
    if rows:
        yield "| level | what changed | verdict | evidence | where |"
        yield "|---|---|---|---|---|"
    for row in rows:
        verdict = f"{row.classification.value}, waived" if row.waived is not None else row.classification.value
        evidence = dict.fromkeys(row.judgement(direction).evidence.value for direction in comparison.promised)
        what, where = markdown_text(row.message, _TEXT), markdown_cell(place_text(row.new_place))
        yield f"| {row.level} | {what} | {verdict} | {', '.join(evidence)} | {where} |"
    if len(rows) < len(comparison.findings):
        yield ""
        counts = Counter(finding.classification for finding in comparison.findings[len(rows) :])
        parts = [f"{counts[kind]} {kind.value}" for kind in Classification if counts[kind]]
        yield f"… and {counts.total()} more: {', '.join(parts)}."
    yield ""


def _details(comparison: Comparison, limits: _Limits) -> Iterator[str]:
    shown = comparison.findings[: limits.rows]
    detailed = [each for each in shown if each.classification in _WRONG or each.notes or each.waived is not None]
    for finding in detailed[: limits.details]:
        yield from _detail(comparison, finding, limits)
    if len(detailed) > limits.details:
        yield f"… and the payloads and remedies of {len(detailed) - limits.details} more."
        yield ""


def _detail(comparison: Comparison, finding: Finding, limits: _Limits) -> Iterator[str]:
    yield "<details>"
    rule = markdown_html(finding.rule)
    yield f"<summary>{markdown_html(finding.message, _TEXT)} <code>{rule}</code></summary>"
    yield ""
    for paragraph in _paragraphs(comparison, finding, limits):
        yield paragraph
        yield ""
    yield "</details>"
    yield ""


def _paragraphs(comparison: Comparison, finding: Finding, limits: _Limits) -> Iterator[str]:
    for direction in comparison.promised:
        judged = finding.judgement(direction)
        why = markdown_text(judged.by, _TEXT)
        yield f"{direction.value}: {judged.verdict.value}, {judged.evidence.value} ({why})"
        if judged.counter_example is not None:
            yield markdown_block(dumps(judged.counter_example.instance), "json", limits.payload)
        if judged.compensated_by:
            places = ", ".join(markdown_code(each, 80) for each in judged.compensated_by[:5])
            yield f"Compensated by the changes at {places}."
    for note in finding.notes[:10]:
        yield markdown_text(note, 2 * _TEXT)
    if finding.waived is not None:
        yield f"Waived: {markdown_text(finding.waived, _TEXT)}"
    elif finding.remedy:
        yield f"**Do this instead:** {_remedy(finding.remedy)}"
    yield f"Fingerprint {markdown_code(finding.fingerprint)}"


def _remedy(text: str) -> str:
    """
    A remedy as Markdown: code spans are kept, everything else is escaped, since saved reports are untrusted.
    """
    parts = " ".join(cut(text, 2000).split()).split("`")
    if len(parts) % 2 == 0:
        return markdown_text(" ".join(parts))
    return "".join(markdown_code(part) if number % 2 else _spaced(part) for number, part in enumerate(parts) if part)


def _spaced(text: str) -> str:
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{markdown_text(text)}{after}" if text.strip() else text


def _extras(report: Report) -> Iterator[str]:
    if report.rollout:
        yield from ["### Rollout", ""]
        yield from (f"{number}. {markdown_text(step, _TEXT)}" for number, step in enumerate(report.rollout, 1))
        yield ""
    if report.graph is not None:
        from schemadiff.report.graph import mermaid

        drawn = mermaid(report.graph)
        # Mermaid text that is cut is no graph.
        fits = len(drawn) <= _GRAPH
        yield from ["<details>", "<summary>Who can talk to whom</summary>", ""]
        yield markdown_block(drawn, "mermaid", _GRAPH) if fits else "The graph is too large to show here."
        yield from ["", "</details>", ""]
    if report.replay is not None:
        from schemadiff.report.replays import markdown

        yield markdown(report.replay, style=Style())
