"""
What a rollout plan says, as values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from schemadiff.deployment.evidence import Reason
from schemadiff.deployment.fleet import Conflict

START, STOP, RETIRE = "start", "stop", "retire"
"""What a step does."""

EXPAND, MIGRATE, CONTRACT = "expand", "migrate", "contract"
"""The phases: readers learn, writers change, what is no longer needed goes."""

READS, READS_EVERYWHERE, READS_NO_MORE = "reads", "reads everywhere", "reads no more"
WRITES, WRITES_NO_MORE, RETIRED = "writes", "writes no more", "retired"
"""What changes with a step."""

PLAN, NO_PLAN = "plan", "none"


@dataclass(frozen=True, slots=True)
class Milestone:
    """
    What is new after a step.

    Attributes:
        what: one of the words above.
        contract, version: of what.
        service: where; empty for what is retired.
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
    What has to have happened before a step.

    Attributes:
        what: day, or drained: no message of that version is under way or queued.
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
    How a step is taken back.

    Attributes:
        text: what to do.
        until: the number of the later step after which it can no longer be taken back alone; None if it always can.
    """

    text: str
    until: int | None


@dataclass(frozen=True, slots=True)
class Step:
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
        waits: what it waits for.
        milestones: what is new after it.
        reasons: why everybody still understands everybody, messages under way included.
        undo: how it is taken back.
        running: what runs after it, as ``service@release``.
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
    reasons: tuple[Reason, ...]
    undo: Undo
    running: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rollout:
    """
    A plan, or why there is none.

    Attributes:
        answer: plan, none or undecided (the search was given up).
        as_of: the day on which it was made.
        goals: service and release, what shall run in the end.
        steps: the plan.
        shortest: whether no plan has fewer steps.
        given: what the plan builds on and is so already.
        broken: what cannot be understood already today.
        reasons: why there is no plan.
        changes: what would make one.
        notes: what stays open.
    """

    kind: ClassVar[str] = "rollout"

    answer: str
    as_of: date
    goals: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...] = ()
    shortest: bool = True
    given: tuple[Milestone, ...] = ()
    broken: tuple[Conflict, ...] = ()
    reasons: tuple[Reason, ...] = ()
    changes: tuple[str, ...] = ()
    notes: tuple[Reason, ...] = ()

    @property
    def exit_code(self) -> int:
        """
        0 with a plan, 1 if there is none, 3 if the search was given up.
        """
        return {PLAN: 0, NO_PLAN: 1}.get(self.answer, 3)
