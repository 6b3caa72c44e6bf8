"""
The comparison report as workflow commands: annotations on the lines of a pull request.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.decide import Classification, Comparison, Finding, Location, PolicyFinding, Verdict
from schemadiff.decide.outcome import explaining
from schemadiff.instance import dumps
from schemadiff.report.escaping import no_commands, shown
from schemadiff.report.locations import revision_path
from schemadiff.report.model import Report, headline, meaning, pair_name, summary
from schemadiff.report.style import Style

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice", "none": "notice"}
_MOST = 50
"""The number of annotations of one kind that a job shows."""

_TEXT = 1000


def render(report: Report, *, style: Style) -> str:
    """
    Write an annotation for each finding that is not neutral, worst first, and the summary as plain text.
    """
    annotations = [(_COMMANDS[report.severity(remark)], _remark(report, remark)) for remark in report.remarks]
    annotations += [
        (_COMMANDS[report.severity(finding, comparison)], _annotation(report, comparison, finding))
        for comparison in report.comparisons
        for finding in comparison.findings
        if finding.classification is not Classification.NEUTRAL
        or finding.level in ("error", "warning")
        or report.severity(finding, comparison) == "error"
    ]
    lines = [_plain(report.revisions)] if report.revisions else []
    lines += _verdicts(report)
    for command in dict.fromkeys(_COMMANDS.values()):
        some = [line for kind, line in annotations if kind == command]
        most = len(some) if style.everything else _MOST
        lines += some[:most]
        if len(some) > most:
            lines.append(f"… and {len(some) - most} more of level {command}")
    lines += [_plain(f"note: {note}") for note in report.notes]
    if not report.comparisons and not report.remarks:
        lines.append(_command("notice", {"title": "schemadiff"}, f"{headline(report)}."))
    if report.replay is not None:
        from schemadiff.report.replays import brief

        level = "error" if report.replay.failed else "notice"
        lines.append(_command(level, {"title": "schemadiff replay"}, brief(report.replay)))
    lines += [_plain(headline(report)), _plain(summary(report))]
    return "\n".join(lines) + "\n"


def _verdicts(report: Report) -> Iterator[str]:
    """
    Annotations for the verdicts that no finding of the pair has.
    """
    for comparison in report.comparisons:
        for direction in comparison.promised:
            judged = comparison.judgement(direction)
            failing = report.policy.failure(comparison, direction) is not None
            causes = explaining(comparison, direction)
            by_finding = any(map(report.policy.fails, causes)) if failing else bool(causes)
            if judged.verdict is Verdict.COMPATIBLE or by_finding:
                continue
            title = f"{pair_name(comparison)}: {judged.verdict.value}"
            text = f"{direction.value}: {meaning(comparison, direction)}: {judged.by}"
            yield _command("error" if failing else "notice", {"title": title}, text)


def _annotation(report: Report, comparison: Comparison, finding: Finding) -> str:
    waived = "waived, " if finding.waived is not None else ""
    properties = {**_at(report, finding.new_place), "title": f"{pair_name(comparison)}: {waived}{finding.rule}"}
    return _command(_COMMANDS[report.severity(finding, comparison)], properties, "\n".join(_lines(comparison, finding)))


def _remark(report: Report, remark: PolicyFinding) -> str:
    name = f"{remark.contract}: {remark.rule}" if remark.contract else remark.rule
    text = "\n".join([remark.message, *_advice(remark)])
    return _command(_COMMANDS[report.severity(remark)], {**_at(report, remark.place), "title": name}, text)


def _at(report: Report, place: Location) -> dict[str, str]:
    if place.name == "-":
        return {}
    position = {} if place.line is None else {"line": str(place.line), "col": str(place.column or 1)}
    return {"file": revision_path(place.name, report.folder).path, **position}


def _lines(comparison: Comparison, finding: Finding) -> Iterator[str]:
    yield finding.message
    for direction in comparison.promised:
        judged = finding.judgement(direction)
        if judged.verdict is not Verdict.COMPATIBLE:
            yield f"{direction.value} {judged.verdict.value}, {judged.evidence.value}: {judged.by}"
        if judged.counter_example is not None:
            yield f"{direction.value} payload: {dumps(judged.counter_example.instance)}"
    yield from _advice(finding)


def _advice(each: Finding | PolicyFinding) -> Iterator[str]:
    yield from each.notes
    if each.waived is not None:
        yield f"waived: {each.waived}"
    elif each.remedy:
        yield f"instead: {' '.join(each.remedy.split())}"


def _command(name: str, properties: dict[str, str], text: str) -> str:
    some = ",".join(f"{word}={_property(value)}" for word, value in properties.items())
    data = "%0A".join(_data(line) for line in text.split("\n"))
    return f"::{name} {some}::{data}"


def _data(text: str) -> str:
    return shown(text, _TEXT).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    return no_commands(shown(text, _TEXT))
