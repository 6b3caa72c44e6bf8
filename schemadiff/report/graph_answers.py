"""
The version-support graph and the results from it as text: channels, deployments, retirements and rollout plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from schemadiff.deployment.graph import Channel, Graph, GraphEdge, GraphNode, first_day_without_common_version
from schemadiff.deployment.model import SAME, Justification
from schemadiff.deployment.plan import Rollout, RolloutStep
from schemadiff.deployment.queries import Deployment, Retirement
from schemadiff.report.escaping import markdown_code, markdown_text, visible
from schemadiff.report.graph import replayed
from schemadiff.report.results import SupportGraph
from schemadiff.report.style import Style, table

_SIGNS = {"yes": "compatible", "all": "compatible", "no": "breaking", "none": "breaking"}


def _graph(result: SupportGraph, *, style: Style, form: str) -> str:
    graph = result.graph
    lines = [style.paint(f"Who works with whom, as of {graph.as_of}", "bold"), ""]
    if not graph.nodes:
        lines.append("The manifest names no services, so no writers or readers are known.")
        return "\n".join(lines) + "\n"
    lines.append(_node_table(graph, form))
    lines += ["", "Messages (a verdict says whether everything written is valid as read, save for the version tag)", ""]
    lines.append(_edge_table(graph, form))
    lines += ["", *_channels(result.channels, style)]
    return "\n".join(lines) + "\n"


graph_terminal, graph_markdown = (partial(_graph, form=form) for form in ("simple", "github"))


def _node_table(graph: Graph, form: str) -> str:
    rows = [
        (node.service, node.side, node.contract, node.version, node.window, _day(node.sunset), _releases(node))
        for node in graph.nodes
    ]
    return table(rows, ("service", "", "contract", "version", "window", "ends", "releases"), form)


def _edge_table(graph: Graph, form: str) -> str:
    replays = any(edge.replay for edge in graph.edges)
    rows = [
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
    head = ("from → to", "contract", "written", "read", "carried", "verdict", "until", *["replay"] * replays)
    return table(rows, head, form)


def _releases(node: GraphNode) -> str:
    return ", ".join(node.releases) + ("" if node.everywhere else " (not all)")


def _replay(edge: GraphEdge) -> str:
    return replayed(edge.replay) if edge.replay is not None and edge.verdict == SAME else "–"


def _day(day: date | None) -> str:
    return day.isoformat() if day else "–"


def _channels(channels: Sequence[Channel], style: Style) -> list[str]:
    lines = []
    for channel in channels:
        writer, reader = ("@".join(channel.writer), "@".join(channel.reader))
        common = ", ".join(channel.common) or "nothing"
        text = f"{visible(writer)} → {visible(reader)}, {visible(channel.contract)}: {visible(common)} in common"
        lines.append(style.paint(text, _SIGNS.get(channel.answer, "warning")))
    day = first_day_without_common_version(tuple(channels))
    if day is None:
        lines.append("No day is set from which a channel has no common version.")
    else:
        lines.append(style.paint(f"From {day} on, a channel has no common version.", "warning"))
    return lines


def deployment_terminal(result: Deployment, *, style: Style) -> str:
    """
    Write whether a release may be deployed, with every reason, as plain text.
    """
    head = f"{result.service}@{result.release} may be deployed on {result.as_of}: {result.answer}"
    beside = f"beside {', '.join(result.beside) or 'nothing'}"
    return _answer(result, head, [beside], result.doubts, style)


def retirement_terminal(result: Retirement, *, style: Style) -> str:
    """
    Write whether a version may be retired, with every reason.
    """
    head = f"{result.contract}@{result.version} may be retired on {result.as_of}: {result.answer}"
    needed = [f"needed by {', '.join(result.needed_by)}"] if result.needed_by else []
    return _answer(result, head, needed, (), style)


def _answer(
    result: Deployment | Retirement, head: str, about: list[str], doubts: Sequence[Justification], style: Style
) -> str:
    lines = [style.paint(visible(head), _SIGNS.get(result.answer, "undecided")), *map(visible, about)]
    for problem in result.problems:
        lines += _reason("no", problem.reason), f"      {visible(problem.remedy)}"
    for word, reasons in (("doubt", doubts), ("because", result.reasons), ("note", result.notes)):
        lines += [_reason(word, reason) for reason in reasons]
    return "\n".join(lines) + "\n"


def deployment_markdown(result: Deployment, *, style: Style) -> str:  # noqa: ARG001 - every reporter has the same signature
    """
    Write whether a release may be deployed, with every reason, as Markdown.
    """
    name, beside = markdown_code(f"{result.service}@{result.release}"), map(markdown_code, result.beside)
    lines = [f"**{name} may be deployed on {result.as_of}: {result.answer}**", ""]
    lines += [f"Beside {', '.join(beside) or 'nothing'}.", ""]
    for problem in result.problems:
        lines.append(f"- **no**: {_reason_markdown(problem.reason)} {markdown_text(problem.remedy)}")
    for word, reasons in (("**doubt**", result.doubts), ("because", result.reasons), ("note", result.notes)):
        lines += [f"- {word}: {_reason_markdown(reason)}" for reason in reasons]
    return "\n".join(lines) + "\n"


def _reason_markdown(reason: Justification) -> str:
    path = f" ({' → '.join(map(markdown_code, reason.path))})" if len(reason.path) > 1 else ""
    return f"{markdown_text(reason.text)}{path}."


def _reason(word: str, reason: Justification) -> str:
    path = f" ({' → '.join(reason.path)})" if len(reason.path) > 1 else ""
    return f"  {word}: {visible(reason.text)}{visible(path)}"


def rollout_terminal(result: Rollout, *, style: Style) -> str:
    """
    Write the plan step by step, or why there is none.
    """
    aims = ", ".join(f"{service}@{release}" for service, release in result.goals)
    lines = [style.paint(visible(f"Rollout to {aims}, as of {result.as_of}"), "bold")]
    lines += [f"  already so: {visible(str(each))}" for each in result.given]
    lines += [style.paint(f"  broken today: {visible(each.reason.text)}", "error") for each in result.broken]
    if result.answer != "plan":
        text = "there is no safe plan" if result.answer == "none" else "no plan was found"
        lines.append(style.paint(text, "breaking"))
        lines += [_reason("because", reason) for reason in result.reasons]
        lines += [f"  would help: {visible(change)}" for change in result.changes]
        return "\n".join(lines) + "\n"
    if not result.steps:
        lines.append("  nothing to do: it runs already")
    for step in result.steps:
        lines += _step(step, style)
    lines += [_reason("note", note) for note in result.notes]
    if result.steps and not result.shortest:
        lines.append("  (safe, but perhaps not the shortest: the search was cut)")
    return "\n".join(lines) + "\n"


def _step(step: RolloutStep, style: Style) -> list[str]:
    what = f"{step.service}@{step.release}" if step.service else f"{step.contract}@{step.version}"
    before = f", before {step.before}" if step.before else ""
    lines = ["", style.paint(visible(f"{step.number}. {step.phase}: {step.action} {what}"), "bold")]
    lines.append(f"   from {step.day}{before}")
    lines += [f"   then {visible(str(milestone))}" for milestone in step.milestones]
    for wait in step.waits:
        until = f"until {wait.day}" if wait.day else "until no such message is under way"
        lines.append(f"   wait {until}: {visible(wait.contract)} {visible(wait.version)}")
    lines += [f" {_reason('safe', reason)}" for reason in step.reasons]
    kept = f" (until step {step.undo.until})" if step.undo.until else ""
    lines.append(f"   back: {visible(step.undo.text)}{kept}")
    return lines
