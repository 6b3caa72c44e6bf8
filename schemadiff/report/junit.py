"""
The comparison report as JUnit XML: a suite for each comparison, a case for each finding and promised direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from schemadiff.decide import Comparison, Direction, Finding, Location, PolicyFinding
from schemadiff.instance import dumps
from schemadiff.report.escaping import shown
from schemadiff.report.locations import place_text, revision_path
from schemadiff.report.model import Report, headline, meaning, pair_name
from schemadiff.report.style import Style

_NAME = 300
_TEXT = 2000


def render(report: Report, *, style: Style) -> str:  # noqa: ARG001 - every reporter has the same signature
    """
    Write the report as JUnit XML. A case fails if it alone makes the run fail; waived findings are skipped.
    """
    root = Element("testsuites", name="schemadiff")
    for comparison in report.comparisons:
        _add_comparison(root, report, comparison)
    if report.remarks:
        _add_remarks(root, report)
    if report.replay is not None:
        from schemadiff.report.replays import brief

        case = _case(_suite(root, report, "replay"), "schemadiff", "schemas and worker agree")
        text = shown(brief(report.replay), _TEXT)
        if report.replay.failed:
            SubElement(case, "failure", type="replay", message=text)
        else:
            SubElement(case, "system-out").text = text
    if not len(root):
        name = "schemas are looked at" if report.linted else "something is compared"
        case = _case(_suite(root, report, "nothing"), "schemadiff", name)
        if not report.linted:
            SubElement(case, "skipped", message="Nothing was compared.")
    counts = {"tests": "testcase", "failures": "*/failure", "errors": "*/error", "skipped": "*/skipped"}
    for count, path in counts.items():
        for suite in root:
            suite.set(count, str(len(suite.findall(path))))
        root.set(count, str(len(root.findall(f"*/{path}"))))
    root.set("time", "0")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, report: Report, name: str) -> Element:
    timestamp = f"{report.as_of}T00:00:00"
    return SubElement(root, "testsuite", name=name, timestamp=timestamp, hostname="localhost", time="0")


def _case(suite: Element, group: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=group, name=name, time="0")


def _group(contract: str) -> str:
    # Dashboards read a dot in a class name as a package separator.
    return f"schemadiff.{shown(contract, _NAME).replace('.', '_') or 'rules'}"


def _add_comparison(root: Element, report: Report, comparison: Comparison) -> None:
    suite = _suite(root, report, shown(pair_name(comparison), _NAME))
    properties = SubElement(suite, "properties")
    for word, value in _properties(report, comparison):
        SubElement(properties, "property", name=word, value=shown(value, _TEXT))
    for direction in Direction:
        if direction in comparison.promised or not comparison.promised:
            _add_direction(suite, report, comparison, direction)
    for finding in comparison.findings:
        place = finding.new_place
        names = {"classname": _group(comparison.contract), "name": _case_name(finding), "file": _file(report, place)}
        case = SubElement(suite, "testcase", names, time="0")
        tag = "failure" if report.severity(finding, comparison) == "error" else None
        _finish(case, finding, place, finding.classification.value, _lines(comparison, finding), tag)


def _add_remarks(root: Element, report: Report) -> None:
    suite = _suite(root, report, "rules")
    for remark in report.remarks:
        names = {"classname": _group(remark.contract), "file": _file(report, remark.place)}
        case = SubElement(suite, "testcase", {"name": _case_name(remark), "time": "0", **names})
        tag = "error" if remark.unreadable else "failure" if report.policy.objects(remark) else None
        lines = (shown(remark.message, _TEXT), place_text(remark.place), *_advice(remark))
        _finish(case, remark, remark.place, remark.rule, lines, tag)


def _case_name(each: Finding | PolicyFinding) -> str:
    # Messages of findings may be equal; the fingerprint distinguishes them across runs.
    return f"{each.rule}: {shown(each.message, _NAME)} [{each.fingerprint}]"


def _file(report: Report, place: Location) -> str:
    return shown(revision_path(place.name, report.folder).path, _NAME)


def _finish(
    case: Element, each: Finding | PolicyFinding, place: Location, kind: str, lines: Iterable[str], tag: str | None
) -> None:
    if place.line is not None:
        case.set("line", str(place.line))
    if each.waived is not None and tag is None:
        SubElement(case, "skipped", message=f"waived: {shown(each.waived, _TEXT)}")
        return
    message = f"{each.level}: {shown(each.message, _NAME)}"
    told = SubElement(case, tag, type=kind, message=message) if tag else SubElement(case, "system-out")
    told.text = "\n".join(lines)


def _properties(report: Report, comparison: Comparison) -> Iterator[tuple[str, str]]:
    yield "outcome", headline(report)
    yield "schemadiff", report.schemadiff
    if report.revisions:
        yield "revisions", report.revisions
    yield "as_of", report.as_of
    yield "rules", report.rules
    yield "emission", comparison.emission
    yield "promised", ", ".join(each.value for each in comparison.promised) or "none"
    for note in (*comparison.notes, *report.notes):
        yield "note", note


def _add_direction(suite: Element, report: Report, comparison: Comparison, direction: Direction) -> None:
    judged = comparison.judgement(direction)
    means = shown(meaning(comparison, direction), _TEXT)
    case = _case(suite, _group(comparison.contract), f"{direction.value} compatible")
    if direction not in comparison.promised:
        SubElement(case, "skipped", message=f"not promised: {means}")
    elif report.policy.failure(comparison, direction) is None:
        SubElement(case, "system-out").text = f"{judged.verdict.value}: {means} ({shown(judged.by, _TEXT)})"
    else:
        failure = SubElement(case, "failure", type=judged.verdict.value, message=means)
        lines = [shown(judged.by, _TEXT)]
        if judged.counter_example is not None:
            lines.append(f"payload: {shown(dumps(judged.counter_example.instance), _TEXT)}")
        failure.text = "\n".join(lines)


def _lines(comparison: Comparison, finding: Finding) -> Iterator[str]:
    yield f"{finding.level}, {finding.classification.value}: {shown(finding.message, _TEXT)}"
    yield f"{place_text(finding.old_place)} → {place_text(finding.new_place)}"
    if len(finding.paths) > 1:
        yield f"reached from {len(finding.paths)} places"
    for direction in comparison.promised:
        judged = finding.judgement(direction)
        yield f"{direction.value}: {judged.verdict.value}, {judged.evidence.value}: {shown(judged.by, _TEXT)}"
        if judged.counter_example is not None:
            yield f"{direction.value} payload: {shown(dumps(judged.counter_example.instance), _TEXT)}"
    yield from _advice(finding)


def _advice(each: Finding | PolicyFinding) -> Iterator[str]:
    for note in each.notes:
        yield shown(note, _TEXT)
    if each.remedy:
        yield f"instead: {shown(' '.join(each.remedy.split()), _TEXT)}"
