"""
The values of a checklist: what items are checked against, and their results.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from schemadiff.catalog import Contract, Version
from schemadiff.decide import Comparison
from schemadiff.deployment.model import Verdicts
from schemadiff.replay.report import ReplayReport
from schemadiff.report.results import CHECKED, FAILED, OPEN
from schemadiff.workspace import Workspace


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


@dataclass(frozen=True, slots=True)
class ChecklistInput:
    """
    What the items are checked against.

    Attributes:
        workspace: the contracts with their schemas.
        comparisons: of each contract's last two versions.
        replay: the replay of the recorded messages; None if there was none.
        no_replay: why there was no replay.
        as_of: the day of the release.
        release: the revision of the last release; None if none is named.
        since_release: the comparisons of each version at the last release with the same version now.
        verdicts: between any two versions, for the rollout.
    """

    workspace: Workspace
    comparisons: Sequence[Comparison]
    replay: ReplayReport | None
    as_of: date
    no_replay: str = "No worker was replayed."
    release: str | None = None
    since_release: Sequence[Comparison] = ()
    verdicts: Verdicts = None

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
