"""
The comparison report as JUnit XML: a suite for each comparison, a case for each finding and promised direction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemadiff.decide import Comparison, Direction, Finding, Verdict
from schemadiff.instance import dumps
from schemadiff.report.escaping import shown
from schemadiff.report.locations import place_text, revision_path
from schemadiff.report.model import Report, meaning
from schemadiff.report.style import Style

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from schemadiff.replay.report import ReplayReport

_NAME = 300
_TEXT = 2000


def render(report: Report, *, style: Style) -> str:  # noqa: ARG001 - every reporter has the same signature
    """
    Write the report as JUnit XML. A case fails if it alone makes the run fail; waived findings are skipped.
    """
    from xml.etree.ElementTree import Element, indent, tostring

    root = Element("testsuites", name="schemadiff")
    for comparison in report.comparisons:
        root.append(_suite(report, comparison))
    if report.remarks:
        root.append(_remarks(report))
    if report.replay is not None:
        root.append(_replay(report, report.replay))
    if not len(root):
        root.append(_nothing(report))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", "0")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(report: Report, comparison: Comparison) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    name = shown(f"{comparison.contract} {comparison.old} → {comparison.new}", _NAME)
    # Dashboards read a dot in a class name as a package separator.
    group = f"schemadiff.{shown(comparison.contract, _NAME).replace('.', '_')}"
    suite = Element("testsuite", name=name, timestamp=f"{report.as_of}T00:00:00", hostname="localhost", time="0")
    properties = SubElement(suite, "properties")
    for word, value in _properties(report, comparison):
        SubElement(properties, "property", name=word, value=shown(value, _TEXT))
    for direction in Direction:
        if direction in comparison.promised or not comparison.promised:
            suite.append(_direction_case(report, comparison, direction, group))
    for finding in comparison.findings:
        suite.append(_finding_case(report, comparison, finding, group))
    _count(suite)
    return suite


def _nothing(report: Report) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    suite = Element("testsuite", name="nothing", timestamp=f"{report.as_of}T00:00:00", hostname="localhost", time="0")
    name = "schemas are looked at" if report.linted else "something is compared"
    case = SubElement(suite, "testcase", classname="schemadiff", name=name, time="0")
    if not report.linted:
        SubElement(case, "skipped", message="Nothing was compared.")
    _count(suite)
    return suite


def _replay(report: Report, replay: ReplayReport) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    from schemadiff.report.replays import brief

    suite = Element("testsuite", name="replay", timestamp=f"{report.as_of}T00:00:00", hostname="localhost", time="0")
    case = SubElement(suite, "testcase", classname="schemadiff", name="schemas and worker agree", time="0")
    text = shown(brief(replay), _TEXT)
    if replay.failed:
        SubElement(case, "failure", type="replay", message=text)
    else:
        SubElement(case, "system-out").text = text
    _count(suite)
    return suite


def _remarks(report: Report) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    suite = Element("testsuite", name="rules", timestamp=f"{report.as_of}T00:00:00", hostname="localhost", time="0")
    for remark in report.remarks:
        message = shown(remark.message, _NAME)
        case = SubElement(suite, "testcase", name=f"{remark.rule}: {message} [{remark.fingerprint}]", time="0")
        case.set("classname", f"schemadiff.{shown(remark.contract, _NAME).replace('.', '_') or 'rules'}")
        case.set("file", shown(revision_path(remark.place.name).path, _NAME))
        if remark.place.line is not None:
            case.set("line", str(remark.place.line))
        text = "\n".join(shown(each, _TEXT) for each in (remark.message, place_text(remark.place), *remark.notes))
        if remark.remedy:
            text += f"\ninstead: {shown(' '.join(remark.remedy.split()), _TEXT)}"
        if remark.waived is not None:
            SubElement(case, "skipped", message=f"waived: {shown(remark.waived, _TEXT)}")
        elif report.objects(remark):
            tag = "error" if remark.unreadable else "failure"
            SubElement(case, tag, type=remark.rule, message=f"{remark.level}: {message}").text = text
        else:
            SubElement(case, "system-out").text = text
    _count(suite)
    return suite


def _count(suite: Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(len(suite.findall(f"testcase/{tag}"))))


def _properties(report: Report, comparison: Comparison) -> Iterator[tuple[str, str]]:
    yield "schemadiff", report.schemadiff
    yield "as_of", report.as_of
    yield "rules", report.rules
    yield "emission", comparison.emission
    yield "promised", ", ".join(each.value for each in comparison.promised) or "none"
    for note in (*comparison.notes, *report.notes):
        yield "note", note


def _direction_case(report: Report, comparison: Comparison, direction: Direction, group: str) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    judged = comparison.judgement(direction)
    means = shown(meaning(comparison, direction), _TEXT)
    case = Element("testcase", classname=group, name=f"{direction.value} compatible", time="0")
    if direction not in comparison.promised:
        SubElement(case, "skipped", message=f"not promised: {means}")
    elif judged.verdict is Verdict.COMPATIBLE or _excused(report, comparison, direction):
        SubElement(case, "system-out").text = f"{judged.verdict.value}: {means} ({shown(judged.by, _TEXT)})"
    else:
        failure = SubElement(case, "failure", type=judged.verdict.value, message=means)
        lines = [shown(judged.by, _TEXT)]
        if judged.counter_example is not None:
            lines.append(f"payload: {shown(dumps(judged.counter_example.instance), _TEXT)}")
        failure.text = "\n".join(lines)
    return case


def _excused(report: Report, comparison: Comparison, direction: Direction) -> bool:
    """
    Whether a broken direction does not fail the run: the pair does not bind, or waivers or levels excuse all findings.
    """
    if report.fail_on == "never" or not comparison.binds:
        return True
    wrong = [
        finding for finding in comparison.findings if finding.judgement(direction).verdict is not Verdict.COMPATIBLE
    ]
    broken = comparison.judgement(direction).verdict is Verdict.BREAKING
    return broken and bool(wrong) and not any(report.fails(each) for each in wrong)


def _finding_case(report: Report, comparison: Comparison, finding: Finding, group: str) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    message = shown(finding.message, _NAME)
    case = Element(
        "testcase",
        classname=group,
        # Messages of findings may be equal; the fingerprint distinguishes them across runs.
        name=f"{finding.rule}: {message} [{finding.fingerprint}]",
        file=shown(revision_path(finding.new_place.name).path, _NAME),
        time="0",
    )
    if finding.new_place.line is not None:
        case.set("line", str(finding.new_place.line))
    text = "\n".join(_lines(comparison, finding))
    if finding.waived is not None:
        SubElement(case, "skipped", message=f"waived: {shown(finding.waived, _TEXT)}")
    elif comparison.binds and report.fails(finding):
        failure = SubElement(case, "failure", type=finding.classification.value, message=f"{finding.level}: {message}")
        failure.text = text
    else:
        SubElement(case, "system-out").text = text
    return case


def _lines(comparison: Comparison, finding: Finding) -> Iterator[str]:
    yield f"{finding.level}, {finding.classification.value}: {shown(finding.message, _TEXT)}"
    yield f"{place_text(finding.old_place)} → {place_text(finding.new_place)}"
    if len(finding.paths) > 1:
        yield f"reached from {len(finding.paths)} places"
    for direction in comparison.promised:
        judged = finding.judgement(direction)
        yield f"{direction.value}: {judged.verdict.value}, {judged.evidence.value}: {shown(judged.by, _TEXT)}"
        if judged.counter_example is not None:
            yield f"payload: {shown(dumps(judged.counter_example.instance), _TEXT)}"
    for note in finding.notes:
        yield shown(note, _TEXT)
    if finding.remedy:
        yield f"instead: {shown(' '.join(finding.remedy.split()), _TEXT)}"
