"""
Items about who enforces the contracts: the producer, the consumer and CI.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from schemadiff.catalog import ChecklistEntry
from schemadiff.replay.classify import AGREED, CHANGED, FAILED, LENIENT, LOST, REJECTED
from schemadiff.replay.driver import SKIPPED
from schemadiff.replay.report import ReplayReport
from schemadiff.report.results import CHECKED
from schemadiff.usecases.checklist.items import ChecklistInput, Outcome, left_open, outcome

_CI_FILES = (".github/workflows", ".ci", ".gitlab-ci.yml", ".circleci", "azure-pipelines.yml", "Jenkinsfile")
_CI_RUNS = "schemadiff check"

_ACTION = re.compile(r"\s*(?:-\s+)?uses:\s*[\"']?[^\s#]*/schemadiff(?:@|[\"']?\s*(?:#|$))")
_YAML_KEY = re.compile(r"\s*(?:-\s+)?(?:(?:run|script|command|bash|sh):\s+)?")
_OPERATORS = frozenset("();<>|&")
_WORDS_BEFORE_A_PROGRAM = (
    "then|else|if |elif|do|!|{|exec|env|time|command|sudo|uvx|uv run|pipx run|poetry run|hatch run|pdm run|"
    "python -m|python3 -m|python -I -m|python3 -I -m"
)
_PREFIXES = tuple(tuple(prefix.split()) for prefix in _WORDS_BEFORE_A_PROGRAM.split("|"))
"""The words that may stand before a program in a shell line."""


def producer_validates(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    The producers, for a person to confirm that they validate.
    """
    producers = sorted({contract.producer for contract in given.workspace.catalog.contracts if contract.producer})
    names = ", ".join(producers) or "nobody"
    return left_open(f"Named as producers: {names}. Whether they validate before they send, no file here shows.")


def consumer_agrees(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    The worker accepts and rejects the recorded messages as the schemas do.
    """
    replay = given.replay
    if replay is None:
        return left_open(given.no_replay)
    if not replay.total:
        return left_open("No messages are recorded, so nothing was replayed; `schemadiff record` adds some.")
    if given.workspace.catalog.errors is None and _by_error_shape_alone(replay):
        return left_open(
            "No answer says in the usual way (status: error, error_type: validation_error) that a message is invalid, "
            "so which answers reject theirs is unknown; declare `errors:` in contracts.yaml."
        )
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


def _by_error_shape_alone(replay: ReplayReport) -> bool:
    """
    Whether a replay without any rejection failed only because of the shape that errors are expected to have.
    """
    kinds = {(cell.kind, cell.outcome) for cell in replay.cells if cell.kind not in (AGREED, CHANGED, SKIPPED)}
    shaped = all(kind == LENIENT or (kind, outcome) == (LOST, FAILED) for kind, outcome in kinds)
    rejected = any(cell.outcome == REJECTED for cell in replay.cells)
    return bool(kinds) and shaped and not rejected and not replay.faults and replay.gave_up is None


def ci_enforces(given: ChecklistInput, entry: ChecklistEntry) -> Outcome:
    """
    A line of the CI configuration runs the command, or the project's action.
    """
    tree, files, runs = given.workspace.tree, entry.files or _CI_FILES, entry.runs or _CI_RUNS
    for place in files:
        for path in tree.files(place) or [place]:
            lines = (tree.read(path) or b"").decode("utf-8", "replace").split("\n")
            for number, line in enumerate(lines, 1):
                if _runs(line, runs) or (runs == _CI_RUNS and _ACTION.match(line)):
                    return Outcome(CHECKED, (f"{path}:{number} runs {runs}.",))
    return left_open(f"None of {', '.join(files)} runs {runs}.")


def _runs(line: str, command: str) -> bool:
    """
    Whether a line of a shell script, or a value of a CI configuration, runs a command.
    """
    wanted = _words(command)
    text = line[match.end() :] if (match := _YAML_KEY.match(line)) else line
    words = _words(text)
    if len(words) == 1 and " " in words[0]:
        words = _words(words[0])
    starts = [0, *(at + 1 for at, word in enumerate(words) if _OPERATORS.issuperset(word))]
    return any(_begins(words[start:], wanted) for start in starts)


def _words(text: str) -> list[str]:
    """
    The words and operators of a shell line, without its comment; none if a quotation in it is left open.
    """
    lexer = shlex.shlex(text, posix=True, punctuation_chars="".join(_OPERATORS))
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:
        return []


def _begins(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """
    Whether a command begins with some words, after assignments and programs that run another; the program's folder
    does not matter.
    """
    words = list(words)
    while words and words[: len(wanted)] != wanted:
        prefix = next((each for each in _PREFIXES if tuple(words[: len(each)]) == each), ())
        name, equals, _ = words[0].partition("=")
        if prefix or (equals and name.isidentifier()):
            words = words[max(1, len(prefix)) :]
        elif "/" in words[0]:
            words[0] = words[0].rpartition("/")[2]
        else:
            return False
    return bool(words)
