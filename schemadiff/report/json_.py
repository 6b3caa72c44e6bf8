"""
The report as JSON, in the form that the published schema describes.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from schemadiff.decide import Classification, Comparison, Finding, Judgement, Location, PolicyFinding
from schemadiff.instance import dumps, format_pointer
from schemadiff.report.escaping import json_text
from schemadiff.report.model import Report
from schemadiff.report.style import Style

NAME = "json"
SUFFIX = ".json"
FORMAT = 1
"""The version of the form; it grows only when a reader of the old form could stumble."""


def render(report: Report, *, style: Style) -> str:  # noqa: ARG001 - every reporter has the same signature
    """
    Write the report as JSON; the same input gives the same bytes. The schemas' own texts are left out.
    """
    return json_text(as_value(report)) + "\n"


def as_value(report: Report) -> dict[str, Any]:
    """
    The report as plain values.
    """
    return {
        "format": FORMAT,
        "schemadiff": report.version,
        "as_of": report.as_of,
        "rules": report.rules,
        "emission": report.emission,
        "fail_on": report.fail_on,
        "verdict": report.verdict.value,
        "exit_code": report.exit_code,
        "counts": {each.value: report.counts.get(each, 0) for each in Classification},
        "comparisons": [_comparison(each) for each in report.comparisons],
        "notes": list(report.notes),
        "windows": [asdict(each) for each in report.windows],
        "graph": _graph(report),
        "rollout": list(report.rollout),
        "replay": _replay(report),
        "remarks": [_remark(each) for each in report.remarks],
        "linted": report.linted,
    }


def _remark(each: PolicyFinding) -> dict[str, Any]:
    return {**asdict(each), "place": _place(each.place), "notes": list(each.notes)}


def _graph(report: Report) -> dict[str, str] | None:
    if not report.graph_svg and not report.graph_mermaid:
        return None
    return {"svg": report.graph_svg, "mermaid": report.graph_mermaid}


def _replay(report: Report) -> dict[str, Any] | None:
    if report.replay is None:
        return None
    from schemadiff.report.replays import replay_value

    return replay_value(report.replay)


def _comparison(each: Comparison) -> dict[str, Any]:
    tag = each.tag
    return {
        "contract": each.contract,
        "old": each.old,
        "new": each.new,
        "role": each.role,
        "promised": [direction.value for direction in each.promised],
        "emission": each.emission,
        "version_tag": None
        if tag is None
        else {"pointer": format_pointer(tag.pointer), "old": dumps(tag.old), "new": dumps(tag.new)},
        "backward": judgement_value(each.backward),
        "forward": judgement_value(each.forward),
        "findings": [_finding(finding) for finding in each.findings],
        "notes": list(each.notes),
        "binds": each.binds,
    }


def judgement_value(each: Judgement) -> dict[str, Any]:
    """
    A judgement as plain values.
    """
    return {
        "verdict": each.verdict.value,
        "evidence": each.evidence.value,
        "by": each.by,
        "payload": None
        if each.payload is None
        else {
            "instance": each.payload.instance,
            "retagged": each.payload.retagged,
            "confirmed_by": list(each.payload.confirmed_by),
        },
        "compensated_by": list(each.compensated_by),
    }


def _finding(each: Finding) -> dict[str, Any]:
    return {
        "rule": each.rule,
        "title": each.title,
        "message": each.message,
        "level": each.level,
        "classification": each.classification.value,
        "path": list(each.path),
        "paths": [list(path) for path in each.paths],
        "old_place": _place(each.old_place),
        "new_place": _place(each.new_place),
        "old": each.old,
        "new": each.new,
        "backward": judgement_value(each.backward),
        "forward": judgement_value(each.forward),
        "notes": list(each.notes),
        "remedy": each.remedy,
        "fingerprint": each.fingerprint,
        "waived": each.waived,
    }


def _place(each: Location) -> dict[str, Any]:
    return {"name": each.name, "pointer": each.pointer, "line": each.line, "column": each.column}


def schema_text() -> str:
    """
    The JSON Schema of this output.
    """
    return (Path(__file__).parent / "report.schema.json").read_text(encoding="utf-8")
