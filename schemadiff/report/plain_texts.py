"""
The terminal formats of the small results.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from schemadiff.instance import dumps
from schemadiff.report.escaping import visible
from schemadiff.report.results import Containment, FileAccount, RuleList, Scaffold
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
    lines += [
        f"assumed: {uri} is not at hand, and stands for the same schema wherever it occurs" for uri in result.assumed
    ]
    return _text(lines)


def recording(result: RecordReport, *, style: Style) -> str:  # noqa: ARG001
    """
    Write what became of recorded messages.
    """
    counts = {"added": result.added, "known": result.known, "refused": result.refused, "lost": result.lost}
    lines = [", ".join(f"{count} {word}" for word, count in counts.items() if count) or "nothing to record"]
    lines += [f"the worker {incident.kind}: {incident.detail}" for incident in result.incidents]
    if result.unread is not None:
        lines.append(f"note: a replay reads {result.unread}, not this file; the manifest's `fixtures` names the folder")
    return _text(lines)


def scaffold(result: Scaffold, *, style: Style) -> str:  # noqa: ARG001
    """
    Write the files of a new setup, and what to do next.
    """
    lines = [f"{step.action:<7}  {step.path}  ({step.purpose})" for step in result.steps]
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


def _files(result: FileAccount, *, style: Style, form: str) -> str:
    taken = [file for file in result.files if file.reason is None]
    passed = [file for file in result.files if file.reason is not None]
    reasons = Counter(str(file.reason) for file in passed)
    parts = [f"{len(taken)} taken in {result.of}"]
    if taken:
        rows = ((str(file.contract), str(file.version), file.path) for file in taken)
        parts.append(table(rows, ("contract", "version", "file"), form))
    if passed:
        counts = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        parts.append(f"{len(passed)} passed by: {counts}")
    if passed and style.everything:
        parts.append(table(((str(file.reason), file.path) for file in passed), ("reason", "file"), form))
    rows = ((each.name, each.value, each.source) for each in result.settings)
    parts.append(table(rows, ("setting", "value", "from"), form))
    parts += [f"unreadable: {visible(error)}" for error in result.errors]
    return "\n\n".join(parts) + "\n"


files, files_markdown = (partial(_files, form=form) for form in ("simple", "github"))


def _text(lines: list[str]) -> str:
    return "\n".join(visible(line) for line in lines) + "\n"
