"""
The items of a checklist: what they are checked against, their results, and the check of a repository's own ones.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemadiff.catalog import ChecklistEntry, Contract, Version
from schemadiff.decide import Comparison
from schemadiff.errors import WorkerError
from schemadiff.replay.report import ReplayReport
from schemadiff.report.results import CHECKED, FAILED, OPEN
from schemadiff.wire.run_command import run_command
from schemadiff.workspace import Workspace

_TIMEOUT = 60.0
_LINES_KEPT = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    The result of a check.

    Attributes:
        state: CHECKED, FAILED or OPEN.
        evidence: one sentence for each observation.
        reproduce: the command that shows it again; empty if there is none.
    """

    state: str
    evidence: tuple[str, ...]
    reproduce: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistInput:
    """
    What the items are checked against.

    Attributes:
        workspace: the contracts with their schemas, and the day of the release.
        comparisons: of each contract's last two versions.
        replay: the replay of the recorded messages; None if there was none.
        no_replay: why there was no replay.
        release: the revision of the last release; None if none is named.
        since_release: the comparisons of each version at the last release with the same version now.
    """

    workspace: Workspace
    comparisons: Sequence[Comparison]
    replay: ReplayReport | None
    no_replay: str
    release: str | None
    since_release: Sequence[Comparison]

    def versions(self) -> Iterator[tuple[Contract, Version]]:
        """
        Each version of each contract.
        """
        for contract in self.workspace.catalog.contracts:
            for version in contract.versions:
                yield contract, version


def outcome(problems: Sequence[str], evidence: Sequence[str], reproduce: str = "") -> Outcome:
    """
    FAILED with the problems if there are any, else CHECKED with the evidence.
    """
    return Outcome(FAILED if problems else CHECKED, tuple(problems or evidence), reproduce)


def left_open(reason: str) -> Outcome:
    """
    OPEN with the reason.
    """
    return Outcome(OPEN, (reason,))


def own_item(entry: ChecklistEntry, folder: Path) -> Outcome:
    """
    The outcome of an item that is not built in: a command, run in ``folder``, whose exit code decides, or what a person
    confirms. A command that cannot be started leaves the item open; one that takes too long fails it.
    """
    if not entry.command:
        return left_open(entry.confirm or "")
    command, timeout = shlex.join(entry.command), entry.timeout or _TIMEOUT
    try:
        done = run_command(entry.command, folder, timeout=timeout)
    except WorkerError as error:
        return left_open(f"{command} could not be run: {error.message}. {error.remedy or ''}".strip())
    if done.code is None:
        end = f"It took longer than {timeout:g} {'second' if timeout == 1 else 'seconds'} and was stopped."
    elif done.code < 0:
        end = f"It was ended by signal {-done.code}."
    else:
        end = f"It exited with {done.code}."
    lines = [line.rstrip() for line in done.output.splitlines() if line.strip()][-_LINES_KEPT:]
    return Outcome(CHECKED if done.code == 0 else FAILED, (end, *lines), command)
