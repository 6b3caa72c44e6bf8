"""
The terminal formats of the small results.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from schemadiff.instance import dumps
from schemadiff.report.escaping import visible
from schemadiff.report.results import Containment, RuleList, Scaffold
from schemadiff.report.style import Style, table

if TYPE_CHECKING:
    from schemadiff.replay.record import RecordReport


def containment(result: Containment, *, style: Style) -> str:  # noqa: ARG001 - every reporter has the same signature
    """
    Write an answer on containment: the outline of the proof, the counter-example, or the obstacle.
    """
    if result.answer == "contained":
        lines = [f"contained: every instance of {result.inner} is one of {result.outer}", f"proved by {result.by}"]
        lines += [result.note] if result.note else []
        lines += [f"  {line}" for line in result.outline]
    elif result.counter_example is not None:
        lines = [f"not contained: {result.inner} accepts and {result.outer} rejects"]
        lines.append(f"  {dumps(result.counter_example.instance)}")
        lines.append(f"confirmed by {' and '.join(result.counter_example.confirmed_by)}")
    else:
        lines = [f"undecided: {result.reason}" + (f" ({result.detail})" if result.detail else "")]
        if result.location:
            lines.append(f"  stopped by {result.location}")
    return _text(lines)


def recording(result: RecordReport, *, style: Style) -> str:  # noqa: ARG001
    """
    Write what became of recorded messages.
    """
    counts = {"added": result.added, "known": result.known, "refused": result.refused, "lost": result.lost}
    lines = [", ".join(f"{count} {word}" for word, count in counts.items() if count) or "nothing to record"]
    lines += [f"the worker {incident.kind}: {incident.detail}" for incident in result.incidents]
    return _text(lines)


def scaffold(result: Scaffold, *, style: Style) -> str:  # noqa: ARG001
    """
    Write the files of a new setup, and what to do next.
    """
    lines = [f"{step.action:<5}  {step.path}  ({step.purpose})" for step in result.steps]
    lines += ["", "Next:"]
    for each in result.advice:
        first, *rest = each.split("\n")
        lines += [f"  - {first}", *(f"    {line}".rstrip() for line in rest)]
    return _text(lines)


def _rules(result: RuleList, *, style: Style, form: str) -> str:  # noqa: ARG001
    rows = ((rule.id, rule.level, rule.floor, rule.title) for rule in result.rules)
    text = table(rows, ("rule", "breaking", "otherwise", "what happened"), form)
    return f"{text}\n\n{len(result.rules)} rules; `schemadiff explain RULE` prints the page of one.\n"


rules, rules_markdown = (partial(_rules, form=form) for form in ("simple", "github"))


def _text(lines: list[str]) -> str:
    return "\n".join(visible(line) for line in lines) + "\n"
