"""
The comparison report as SARIF 2.1.0 (OASIS, errata 01) for code-scanning services.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemadiff.decide import Comparison, Direction, Finding, Judgement, Location, PolicyFinding, Verdict
from schemadiff.decide.messages import place_text as named
from schemadiff.instance import dumps
from schemadiff.report.escaping import cut, json_text, shown
from schemadiff.report.locations import revision_path, uri_of
from schemadiff.report.model import Report, directions, meaning, pair_name
from schemadiff.report.style import Style
from schemadiff.ruleset import Rule, all_rules

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_TEXT = 2000
_PAYLOAD = 20_000
_PLACES = 100
"""The number of logical locations of a result that services show."""


def render(report: Report, *, style: Style) -> str:  # noqa: ARG001 - every reporter has the same signature
    """
    Write the report as one SARIF run: a rule for each rule with findings, a result for each finding.
    """
    rules = _rules(report)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    results = [_result(report, pair, finding, index) for pair in report.comparisons for finding in pair.findings]
    results += [_remark(report, remark, index) for remark in report.remarks]
    run = {
        "tool": {"driver": {"name": "schemadiff", "version": report.schemadiff, "rules": rules}},
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": list(_notifications(report)),
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "asOf": report.as_of,
            "rules": report.rules,
            "emission": report.emission,
            "outcome": report.outcome,
            "verdict": report.verdict.value,
            "reasons": [_plain(reason) for reason in report.reasons],
        },
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rules(report: Report) -> list[dict[str, Any]]:
    known = all_rules()
    fired: dict[str, Finding | PolicyFinding] = {remark.rule: remark for remark in report.remarks}
    fired |= {finding.rule: finding for comparison in report.comparisons for finding in comparison.findings}
    return [_rule(fired[name], known.get(name)) for name in sorted(fired)]


def _rule(finding: Finding | PolicyFinding, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        title = _plain(finding.title)
        remedy = shown(" ".join(finding.remedy.split()), _TEXT) or title
        return {"id": finding.rule, "shortDescription": {"text": title}, "help": {"text": remedy}}
    instead = f"\n\n**Do this instead:** {rule.remedy}" if rule.remedy else ""
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.reason or rule.title},
        "help": {
            "text": f"{rule.reason}\n\nDo this instead: {rule.remedy}" if rule.remedy else rule.reason or rule.title,
            "markdown": f"{rule.reason}{instead}\n\n`schemadiff explain {rule.id}` shows examples.",
        },
        "defaultConfiguration": {"level": rule.level},
        "properties": {"since": rule.since},
    }


def _notifications(report: Report) -> Iterator[dict[str, Any]]:
    if not report.comparisons and not report.remarks and not report.linted:
        yield {"level": "warning", "message": {"text": "Nothing was compared."}}
    for comparison in report.comparisons:
        name = pair_name(comparison)
        for direction in comparison.promised:
            judged = comparison.judgement(direction)
            if judged.verdict is not Verdict.COMPATIBLE:
                means = meaning(comparison, direction)
                text = f"{name}: {direction.value} {judged.verdict.value}, {means}: {judged.by}"
                failing = report.policy.failure(comparison, direction) is not None
                yield {"level": "error" if failing else "note", "message": {"text": _plain(text)}}
        for note in comparison.notes:
            yield {"level": "note", "message": {"text": _plain(f"{name}: {note}")}}
    for note in (*([report.revisions] if report.revisions else []), *report.notes):
        yield {"level": "note", "message": {"text": _plain(note)}}


def _result(report: Report, comparison: Comparison, finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    return {
        **_judged_by(finding.rule, report.severity(finding, comparison), index),
        "message": {"text": _message(comparison, finding)},
        "locations": [_location(report, finding.new_place, finding.paths[:_PLACES] or (finding.path,))],
        "relatedLocations": [
            {
                "id": 1,
                "message": {"text": _plain(f"as it was in {comparison.old}")},
                **_location(report, finding.old_place, ()),
            }
        ],
        "properties": _properties(comparison, finding),
        **_standing(finding),
    }


def _judged_by(rule: str, level: str, index: dict[str, int]) -> dict[str, Any]:
    # A result that is no failure has no level (§3.27.10).
    kind = "informational" if level == "none" else "fail"
    return {"ruleId": rule, "ruleIndex": index[rule], "kind": kind, "level": level}


def _standing(each: Finding | PolicyFinding) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if each.fingerprint:
        value["partialFingerprints"] = {"finding/v1": each.fingerprint}
    # Input that cannot be read is not waived.
    if each.waived is not None and not (isinstance(each, PolicyFinding) and each.unreadable):
        value["suppressions"] = [{"kind": "external", "status": "accepted", "justification": _plain(each.waived)}]
    return value


def _remark(report: Report, remark: PolicyFinding, index: dict[str, int]) -> dict[str, Any]:
    properties = {
        "contract": shown(remark.contract, _TEXT),
        "remedy": cut(remark.remedy, _TEXT),
        "unreadable": remark.unreadable,
    }
    return {
        **_judged_by(remark.rule, report.severity(remark), index),
        "message": {"text": _plain(" ".join([f"{remark.message}.", *remark.notes]))},
        "locations": [_location(report, remark.place, ())],
        "properties": properties,
        **_standing(remark),
    }


def _message(comparison: Comparison, finding: Finding) -> str:
    parts = [f"{finding.message}."]
    for direction in comparison.promised:
        each = finding.judgement(direction)
        if each.verdict is not Verdict.COMPATIBLE:
            parts.append(f"{direction.value.capitalize()} {each.verdict.value}, {each.evidence.value}: {each.by}.")
        if each.counter_example is not None:
            parts.append(f"{direction.value.capitalize()} payload: {cut(dumps(each.counter_example.instance), 500)}")
    parts += finding.notes
    return _plain(" ".join(parts))


def _plain(text: str) -> str:
    """
    Text of a SARIF message, without embedded links: brackets followed by a parenthesis (§3.11.6).
    """
    return shown(text, _TEXT).replace("](", "] (")


def _location(report: Report, place: Location, paths: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    at = revision_path(place.name, report.folder)
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri_of(at.path)}}
    if at.revision is not None:
        physical["artifactLocation"]["description"] = {"text": _plain(f"at revision {at.revision}")}
    if place.line is not None:
        physical["region"] = {"startLine": place.line, "startColumn": place.column or 1}
    logical = [{"fullyQualifiedName": shown(place.pointer, _TEXT) or "/", "kind": "value"}]
    logical += [{"fullyQualifiedName": shown(named(path), _TEXT), "kind": "member"} for path in paths]
    return {**({"physicalLocation": physical} if at.path != "-" else {}), "logicalLocations": logical}


def _properties(comparison: Comparison, finding: Finding) -> dict[str, Any]:
    return {
        "contract": shown(comparison.contract, _TEXT),
        "from": shown(comparison.old, _TEXT),
        "to": shown(comparison.new, _TEXT),
        "verdict": shown(_headline(comparison), _TEXT),
        "binds": comparison.binds,
        "classification": finding.classification.value,
        "old": None if finding.old is None else cut(finding.old, _PAYLOAD),
        "new": None if finding.new is None else cut(finding.new, _PAYLOAD),
        **{direction.value: _judgement(finding.judgement(direction)) for direction in Direction},
        "remedy": cut(finding.remedy, _TEXT),
        "reachedFrom": len(finding.paths),
    }


def _headline(comparison: Comparison) -> str:
    return ", ".join(
        f"{each.value}: {comparison.judgement(each).verdict.value}"
        + ("" if each in comparison.promised else " (not promised)")
        for each in directions(comparison)
    )


def _judgement(judged: Judgement) -> dict[str, Any]:
    value: dict[str, Any] = {
        "verdict": judged.verdict.value,
        "evidence": judged.evidence.value,
        "by": shown(judged.by, _TEXT),
    }
    if judged.compensated_by:
        value["compensatedBy"] = [shown(each, _TEXT) for each in judged.compensated_by]
    if judged.counter_example is not None:
        result = judged.counter_example
        value["payload"] = cut(dumps(result.instance), _PAYLOAD)
        value["confirmedBy"] = [shown(each, _TEXT) for each in result.confirmed_by]
        if result.retagged is not None:
            value["retagged"] = cut(dumps(result.retagged), _PAYLOAD)
    return value
