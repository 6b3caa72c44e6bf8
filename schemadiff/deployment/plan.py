"""
A rollout plan as values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from schemadiff.deployment.model import Conflict, Justification

START, STOP, RETIRE = "start", "stop", "retire"
"""The actions of a step."""

EXPAND, MIGRATE, CONTRACT = "expand", "migrate", "contract"
"""The phases: readers are extended, writers migrate, what is no longer needed is removed."""

READS, READS_EVERYWHERE, READS_NO_MORE = "reads", "reads everywhere", "reads no more"
WRITES, WRITES_NO_MORE, RETIRED = "writes", "writes no more", "retired"
"""The kinds of milestones."""

PLAN, NO_PLAN = "plan", "none"


@dataclass(frozen=True, slots=True)
class Milestone:
    """
    A change in what is read or written after a step.

    Attributes:
        what: one of the kinds above.
        contract, version: the version concerned.
        service: where; empty for a retired version.
    """

    what: str
    contract: str
    version: str
    service: str = ""

    def __str__(self) -> str:
        if self.what == RETIRED:
            return f"{self.contract} {self.version} is retired"
        words = {
            READS: "reads {}",
            READS_EVERYWHERE: "reads {} everywhere",
            READS_NO_MORE: "no longer reads {}",
            WRITES: "writes {}",
            WRITES_NO_MORE: "no longer writes {}",
        }
        return f"{self.service} {words[self.what].format(f'{self.contract} {self.version}')}"


@dataclass(frozen=True, slots=True)
class Wait:
    """
    A condition to wait for before a step.

    Attributes:
        what: day, or drained: no message of that version is in flight or queued.
        contract, version: which messages.
        day: the day to wait for; None for drained.
    """

    what: str
    contract: str
    version: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """
    The rollback of a step.

    Attributes:
        text: the action.
        until: the number of the later step after which it cannot be rolled back alone; None if it always can.
    """

    text: str
    until: int | None


@dataclass(frozen=True, slots=True)
class RolloutStep:
    """
    One step of a plan.

    Attributes:
        number: from 1.
        phase: expand, migrate or contract.
        action: start, stop or retire.
        service, release: what starts or stops; empty when a version is retired.
        contract, version: what is retired; else empty.
        day: the earliest day.
        before: the day before which it must be done; None where no window ends.
        waits: the conditions to wait for.
        milestones: the changes after it.
        reasons: the justifications that each message, those in flight included, is still read.
        undo: its rollback.
        running: the running releases after it, as ``service@release``.
    """

    number: int
    phase: str
    action: str
    service: str
    release: str
    contract: str
    version: str
    day: date
    before: date | None
    waits: tuple[Wait, ...]
    milestones: tuple[Milestone, ...]
    reasons: tuple[Justification, ...]
    undo: Undo
    running: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rollout:
    """
    A plan, or why there is none.

    Attributes:
        answer: plan, none or undecided (the search ran out of budget).
        as_of: the day on which it was made.
        goals: the releases that run in the end, as service and release.
        steps: the plan.
        shortest: whether no plan has fewer steps.
        given: the conditions of the plan that hold already.
        broken: the conflicts that exist today.
        reasons: the justifications that there is no plan.
        changes: the changes that would make one possible.
        notes: remarks.
    """

    kind: ClassVar[str] = "rollout"

    answer: str
    as_of: date
    goals: tuple[tuple[str, str], ...]
    steps: tuple[RolloutStep, ...] = ()
    shortest: bool = True
    given: tuple[Milestone, ...] = ()
    broken: tuple[Conflict, ...] = ()
    reasons: tuple[Justification, ...] = ()
    changes: tuple[str, ...] = ()
    notes: tuple[Justification, ...] = ()

    @property
    def exit_code(self) -> int:
        """
        0 with a plan, 1 if there is none, 3 if the search was given up.
        """
        return {PLAN: 0, NO_PLAN: 1}.get(self.answer, 3)
