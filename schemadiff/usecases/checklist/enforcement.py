"""
Items about who enforces the contracts: the producer, the consumer and CI.
"""

from __future__ import annotations

from schemadiff.catalog import ChecklistEntry
from schemadiff.replay import AGREED, CHANGED, REJECTED
from schemadiff.report.results import CHECKED
from schemadiff.usecases.checklist.items import ChecklistInput, Outcome, left_open, outcome

_CI_FILES = (".github/workflows", ".ci", ".gitlab-ci.yml", ".circleci", "azure-pipelines.yml", "Jenkinsfile")
_CI_RUNS = "schemadiff"


def producer_validates(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    The producers, for a person to confirm that they validate.
    """
    producers = sorted({contract.producer for contract in given.workspace.catalog.contracts if contract.producer}) or [
        "nobody"
    ]
    return left_open(
        f"Named as producers: {', '.join(producers)}. Whether they validate before they send, no file here shows."
    )


def consumer_agrees(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    The worker accepts and rejects the recorded messages as the schemas do.
    """
    replay = given.replay
    if replay is None:
        return left_open(given.no_replay)
    if not replay.total:
        return left_open("No messages are recorded, so nothing was replayed; `schemadiff record` adds some.")
    if replay.failed:
        wrong = {kind: count for kind, count in replay.kinds.items() if count and kind not in (AGREED, CHANGED)}
        counts = ", ".join(f"{count} {kind}" for kind, count in wrong.items()) or "nothing was answered"
        problems = [f"Of {replay.total} messages: {counts}."]
        if replay.gave_up is not None:
            problems.append(f"The replay was given up: {replay.gave_up}.")
        return outcome(problems, (), "schemadiff replay")
    rejected = sum(cell.fixtures for cell in replay.cells if cell.outcome == REJECTED)
    if not rejected:
        return left_open(
            "No invalid message is among the fixtures, so nothing shows that the worker rejects any; "
            "`schemadiff generate CONTRACT@VERSION --invalid --fixtures` writes some."
        )
    evidence = f"{replay.total} messages replayed; {rejected} invalid ones rejected, no other disagreement."
    return outcome((), (evidence,), "schemadiff replay")


def ci_enforces(given: ChecklistInput, entry: ChecklistEntry) -> Outcome:
    """
    A file of the CI configuration contains the command, outside of comments.
    """
    tree, files, runs = given.workspace.tree, entry.files or _CI_FILES, entry.runs or _CI_RUNS
    for place in files:
        for path in tree.files(place) or [place]:
            text = (tree.read(path) or b"").decode("utf-8", "replace")
            line = next((n for n, each in enumerate(text.split("\n"), 1) if runs in each.split("#")[0]), None)
            if line is not None:
                return Outcome(CHECKED, (f"{path}:{line} runs {runs}.",))
    return left_open(f"None of {', '.join(files)} runs {runs}.")
