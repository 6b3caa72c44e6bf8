"""
The answers of the version-support graph as text: who talks to whom, what may be deployed or retired, and the plan.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from schemadiff.deployment import (
    Channel,
    Deployment,
    Graph,
    Justification,
    Retirement,
    Rollout,
    RolloutStep,
    first_day_without_common_version,
)
from schemadiff.deployment.evidence import SAME
from schemadiff.deployment.graph import GraphEdge
from schemadiff.report.escaping import markdown_code, markdown_text, visible
from schemadiff.report.graph import replayed
from schemadiff.report.style import Style

_SIGNS = {"yes": "compatible", "all": "compatible", "no": "breaking", "none": "breaking"}


def as_json(value: Any) -> str:
    """
    Any of these answers as JSON: records become objects, dates ISO 8601.
    """
    return json.dumps({"format": 1, **_plain(value)}, indent=2, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def graph_text(graph: Graph, channels: Sequence[Channel], style: Style, *, markdown: bool = False) -> str:
    """
    The graph as two tables: the versions at each service, and the ways between them.
    """
    from tabulate import tabulate

    form = "github" if markdown else "simple"
    replays = any(edge.replay for edge in graph.edges)
    nodes = [
        (each.service, each.side, each.contract, each.version, each.window, _day(each.sunset), _releases(each))
        for each in graph.nodes
    ]
    edges = [
        (
            f"{edge.source[0]} → {edge.target[0]}",
            edge.contract,
            edge.written,
            edge.read,
            "yes" if edge.carried else "no",
            edge.verdict,
            _day(edge.until),
            *([_replay(edge)] if replays else []),
        )
        for edge in graph.edges
    ]
    lines = [style.paint(f"Who works with whom, as of {graph.as_of}", "bold"), ""]
    if not graph.nodes:
        lines.append("The manifest names no services, so nobody is known to write or read anything.")
        return "\n".join(lines) + "\n"
    lines.append(
        tabulate(
            _visible(nodes),
            ("service", "", "contract", "version", "window", "ends", "releases"),
            tablefmt=form,
            disable_numparse=True,
        )
    )
    lines += ["", "Messages (a verdict says whether everything written is valid as read, save for the version tag)", ""]
    lines.append(
        tabulate(
            _visible(edges),
            ("from → to", "contract", "written", "read", "carried", "verdict", "until", *["replay"] * replays),
            tablefmt=form,
            disable_numparse=True,
        )
    )
    lines += ["", *_channels(channels, style)]
    return "\n".join(lines) + "\n"


def _releases(node: Any) -> str:
    return ", ".join(node.releases) + ("" if node.everywhere else " (not all)")


def _replay(edge: GraphEdge) -> str:
    return replayed(edge.replay) if edge.replay is not None and edge.verdict == SAME else "–"


def _day(day: date | None) -> str:
    return day.isoformat() if day else "–"


def _visible(rows: Iterable[Iterable[str]]) -> list[list[str]]:
    return [[visible(cell) for cell in row] for row in rows]


def _channels(channels: Sequence[Channel], style: Style) -> list[str]:
    lines = []
    for each in channels:
        writer, reader = ("@".join(each.writer), "@".join(each.reader))
        common = ", ".join(each.common) or "nothing"
        text = f"{visible(writer)} → {visible(reader)}, {visible(each.contract)}: {visible(common)} in common"
        lines.append(style.paint(text, _SIGNS.get(each.answer, "warning")))
    day = first_day_without_common_version(tuple(channels))
    if day is None:
        lines.append("No day is set on which some two have no common version left.")
    else:
        lines.append(style.paint(f"From {day} on, some two have no common version left.", "warning"))
    return lines


def deployment_text(found: Deployment, style: Style, *, markdown: bool = False) -> str:
    """
    Whether a release may be started, with every reason.
    """
    if markdown:
        return _deployment_markdown(found)
    head = f"{found.service}@{found.release} may be deployed on {found.as_of}: {found.answer}"
    lines = [style.paint(visible(head), _SIGNS.get(found.answer, "undecided"))]
    lines.append(f"beside {visible(', '.join(found.beside) or 'nothing')}")
    for each in found.problems:
        lines += _reason("no", each.reason), f"      {visible(each.remedy)}"
    lines += [_reason("doubt", each) for each in found.doubts]
    lines += [_reason("because", each) for each in found.reasons]
    lines += [_reason("note", each) for each in found.notes]
    return "\n".join(lines) + "\n"


def _deployment_markdown(found: Deployment) -> str:
    name, beside = markdown_code(f"{found.service}@{found.release}"), map(markdown_code, found.beside)
    lines = [f"**{name} may be deployed on {found.as_of}: {found.answer}**", ""]
    lines += [f"Beside {', '.join(beside) or 'nothing'}.", ""]
    for each in found.problems:
        lines.append(f"- **no**: {_reason_markdown(each.reason)} {markdown_text(each.remedy)}")
    for word, reasons in (("**doubt**", found.doubts), ("because", found.reasons), ("note", found.notes)):
        lines += [f"- {word}: {_reason_markdown(each)}" for each in reasons]
    return "\n".join(lines) + "\n"


def _reason_markdown(reason: Justification) -> str:
    path = f" ({' → '.join(map(markdown_code, reason.path))})" if len(reason.path) > 1 else ""
    return f"{markdown_text(reason.text)}{path}."


def retirement_text(found: Retirement, style: Style) -> str:
    """
    Whether a version may be retired, with every reason.
    """
    head = f"{found.contract}@{found.version} may be retired on {found.as_of}: {found.answer}"
    lines = [style.paint(visible(head), _SIGNS.get(found.answer, "undecided"))]
    if found.needed_by:
        lines.append(f"needed by {visible(', '.join(found.needed_by))}")
    for each in found.problems:
        lines += _reason("no", each.reason), f"      {visible(each.remedy)}"
    lines += [_reason("because", each) for each in found.reasons]
    lines += [_reason("note", each) for each in found.notes]
    return "\n".join(lines) + "\n"


def _reason(word: str, reason: Justification) -> str:
    path = f" ({' → '.join(reason.path)})" if len(reason.path) > 1 else ""
    return f"  {word}: {visible(reason.text)}{visible(path)}"


def rollout_text(found: Rollout, style: Style) -> str:
    """
    The plan step by step, or why there is none.
    """
    aims = ", ".join(f"{service}@{release}" for service, release in found.goals)
    lines = [style.paint(visible(f"Rollout to {aims}, as of {found.as_of}"), "bold")]
    lines += [f"  already so: {visible(str(each))}" for each in found.given]
    lines += [style.paint(f"  broken today: {visible(each.reason.text)}", "error") for each in found.broken]
    if found.answer != "plan":
        lines.append(
            style.paint("there is no safe plan" if found.answer == "none" else "no plan was found", "breaking")
        )
        lines += [_reason("because", each) for each in found.reasons]
        lines += [f"  would help: {visible(each)}" for each in found.changes]
        return "\n".join(lines) + "\n"
    if not found.steps:
        lines.append("  nothing to do: it runs already")
    for step in found.steps:
        lines += _step(step, style)
    lines += [_reason("note", each) for each in found.notes]
    if found.steps and not found.shortest:
        lines.append("  (safe, but perhaps not the shortest: the search was cut)")
    return "\n".join(lines) + "\n"


def _step(step: RolloutStep, style: Style) -> list[str]:
    what = f"{step.service}@{step.release}" if step.service else f"{step.contract}@{step.version}"
    before = f", before {step.before}" if step.before else ""
    lines = ["", style.paint(visible(f"{step.number}. {step.phase}: {step.action} {what}"), "bold")]
    lines.append(f"   from {step.day}{before}")
    lines += [f"   then {visible(str(each))}" for each in step.milestones]
    for wait in step.waits:
        until = f"until {wait.day}" if wait.day else "until no such message is under way"
        lines.append(f"   wait {until}: {visible(wait.contract)} {visible(wait.version)}")
    lines += [f" {_reason('safe', each)}" for each in step.reasons]
    kept = f" (until step {step.undo.until})" if step.undo.until else ""
    lines.append(f"   back: {visible(step.undo.text)}{kept}")
    return lines
