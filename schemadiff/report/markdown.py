"""
The report as GitHub Markdown: the body of the pull-request comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.decide import Classification, Comparison, Direction, Finding, Verdict
from schemadiff.report.model import Report, meaning, summary
from schemadiff.report.style import Style
from schemadiff.report.terminal import place_text
from schemadiff.report.untrusted import markdown_block, markdown_code, markdown_text

NAME = "markdown"
SUFFIX = ".md"

_SIGNS = {Verdict.BREAKING: "❌", Verdict.UNDECIDED: "❔", Verdict.COMPATIBLE: "✅"}
_FOLD = 50


def render(report: Report, *, style: Style) -> str:
    """
    Write the report as Markdown: the verdict, a table of findings a contract, payloads folded.
    """
    parts = [f"## {_SIGNS[report.verdict]} Schema compatibility: {report.verdict.value}", ""]
    parts += [f"{summary(report)}.", ""]
    for comparison in report.comparisons:
        parts += [*_comparison(comparison, style), ""]
    parts += [f"> {markdown_text(note)}" for note in report.notes]
    parts.append(
        f"<sub>schemadiff {report.version}, as of {report.as_of}, rules {report.rules}, "
        f"emission {report.emission}</sub>"
    )
    return "\n".join(parts) + "\n"


def _comparison(comparison: Comparison, style: Style) -> Iterator[str]:
    name, old, new = (markdown_text(each) for each in (comparison.contract, comparison.old, comparison.new))
    yield f"### {name}: {old} → {new}"
    yield ""
    for direction in sorted(Direction, key=lambda each: each not in comparison.promised):
        judged = comparison.judgement(direction)
        promised = direction in comparison.promised
        sign = _SIGNS[judged.verdict] if promised else "▫️"
        tail = "" if promised else " _(not promised)_"
        means = markdown_text(meaning(comparison, direction))
        yield f"- {sign} **{direction.value}** {judged.verdict.value}: {means}{tail}"
    for note in comparison.notes:
        yield f"- {markdown_text(note)}"
    yield ""
    if comparison.findings:
        yield from _table(comparison, style)
        yield from _details(comparison, style)
    else:
        yield "No findings."


def _table(comparison: Comparison, style: Style) -> Iterator[str]:
    shown = _shown(comparison.findings, style)
    yield "| level | what changed | verdict | evidence | where |"
    yield "|---|---|---|---|---|"
    for each in shown:
        verdict = f"{each.classification.value}, waived" if each.waived is not None else each.classification.value
        cells = (
            each.level,
            markdown_text(each.message),
            verdict,
            _evidence(comparison, each),
            markdown_code(place_text(each.new_place)),
        )
        yield "| " + " | ".join(cells) + " |"
    if len(shown) < len(comparison.findings):
        yield ""
        yield f"… and {len(comparison.findings) - len(shown)} more."
    yield ""


def _shown(findings: tuple[Finding, ...], style: Style) -> tuple[Finding, ...]:
    return findings if style.everything else findings[:_FOLD]


def _evidence(comparison: Comparison, finding: Finding) -> str:
    found = dict.fromkeys(finding.judgement(direction).evidence.value for direction in comparison.promised)
    return ", ".join(found)


def _details(comparison: Comparison, style: Style) -> Iterator[str]:
    wrong = (Classification.BREAKING, Classification.UNDECIDED)
    telling = [each for each in _shown(comparison.findings, style) if each.classification in wrong or each.notes]
    for finding in telling:
        yield "<details>"
        yield f"<summary>{markdown_text(finding.message)} <code>{finding.rule}</code></summary>"
        yield ""
        for direction in comparison.promised:
            judged = finding.judgement(direction)
            yield f"{direction.value}: {judged.verdict.value}, {judged.evidence.value} ({markdown_text(judged.by)})"
            yield ""
            if judged.payload is not None:
                yield markdown_block(judged.payload.instance, "json")
                yield ""
        for note in finding.notes:
            yield markdown_text(note)
            yield ""
        if finding.remedy:
            yield f"**Do this instead:** {finding.remedy}"
            yield ""
        yield f"Fingerprint {markdown_code(finding.fingerprint)}"
        yield ""
        yield "</details>"
        yield ""
