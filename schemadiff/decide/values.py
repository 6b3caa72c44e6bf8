"""
What has been decided: verdicts, findings, and the comparison that holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from schemadiff.instance import Pointer, format_pointer

if TYPE_CHECKING:
    from schemadiff.changes import Spot


class Direction(Enum):
    """
    Which inclusion is asked for.
    """

    BACKWARD = "backward"
    FORWARD = "forward"


class Verdict(Enum):
    """
    The answer to one direction of a pair of schemas.
    """

    COMPATIBLE = "compatible"
    BREAKING = "breaking"
    UNDECIDED = "undecided"


class Evidence(Enum):
    """
    What a judgement rests on.
    """

    PROVED = "proved"
    WITNESSED = "witnessed"
    PRESUMED = "presumed"


class Classification(Enum):
    """
    What a finding means for the promise.
    """

    BREAKING = "breaking"
    UNDECIDED = "undecided"
    ADDITIVE = "additive"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Payload:
    """
    A counter-example.

    Attributes:
        instance: valid under the side that writes, as JSON text.
        retagged: the same with the other side's version tag, which the reading side rejects; None without a tag.
        confirmed_by: the validators that say so.
    """

    instance: str
    retagged: str | None
    confirmed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    The answer to one direction, for a whole pair or for one change in it.

    Attributes:
        verdict, evidence: the answer and what it rests on.
        by: what proved it, or why it is undecided, in words.
        payload: the counter-example of a breaking one.
        compensated_by: places of the changes without which this one would break.
    """

    verdict: Verdict
    evidence: Evidence
    by: str
    payload: Payload | None = None
    compensated_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """
    A location in a file: its name, a JSON pointer, line and column.
    """

    name: str
    pointer: str
    line: int | None
    column: int | None


def location_of(spot: Spot) -> Place:
    """
    The location of a spot in a schema document.
    """
    position = spot.position
    line, column = (position.line, position.column) if position else (None, None)
    return Place(spot.document.name, format_pointer(spot.pointer), line, column)


@dataclass(frozen=True, slots=True)
class Finding:
    """
    A change that a rule is about, weighed.

    Attributes:
        rule: the rule's id.
        title: the rule's line.
        message: what changed here, in words.
        level: error, warning, note or none.
        classification: what it means for the promise.
        path: the place by names.
        paths: all places that the same edit reaches.
        old_place, new_place: where it is written.
        old, new: the values as JSON text, None where there is none.
        backward, forward: the judgement in each direction.
        notes: more to know, a sentence each.
        remedy: what to do instead, Markdown; empty where nothing is wrong.
        fingerprint: stands for this finding in waivers and across runs.
        waived: the reason of the waiver that covers it, None if none does.
    """

    rule: str
    title: str
    message: str
    level: str
    classification: Classification
    path: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    old_place: Place
    new_place: Place
    old: str | None
    new: str | None
    backward: Judgement
    forward: Judgement
    notes: tuple[str, ...] = ()
    remedy: str = ""
    fingerprint: str = ""
    waived: str | None = None

    def judgement(self, direction: Direction) -> Judgement:
        """
        The judgement in one direction.
        """
        return self.backward if direction is Direction.BACKWARD else self.forward


@dataclass(frozen=True, slots=True)
class Source:
    """
    A file that a schema was read from: what messages call it, and its text.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """
    A finding that is about no pair of schemas: a house rule, the hygiene of one schema, a file that cannot be read.

    Attributes:
        rule, title, message, level: as for a finding.
        contract: the contract that it is about; empty where it is about none.
        place: where it is written.
        notes: more to know, a sentence each.
        remedy: what to do instead, Markdown.
        fingerprint: stands for this remark in waivers and across runs.
        waived: the reason of the waiver that covers it, None if none does.
        unreadable: whether it stands for input that could not be judged at all.
    """

    rule: str
    title: str
    message: str
    level: str
    contract: str
    place: Place
    notes: tuple[str, ...] = ()
    remedy: str = ""
    fingerprint: str = ""
    waived: str | None = None
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    One pair of schemas, compared and decided.

    Attributes:
        contract: its name; for two plain files theirs.
        old, new: what the sides are called.
        role: request, response or message.
        promised: the directions that the contract owes its users.
        emission: what producers are taken to send, ``declared`` or ``any``.
        tag: the version tag that was mapped, None if none.
        backward, forward: the judgements of the whole pair.
        findings: worst first.
        notes: what else a reader must know, a sentence each.
        old_sources, new_sources: the files of each side, the schema's own first, then those that it refers to; empty
            where nobody keeps the texts.
        binds: whether the promise holds between these two; where it does not, a new version may break.
    """

    contract: str
    old: str
    new: str
    role: str
    promised: tuple[Direction, ...]
    emission: str
    tag: Tag | None
    backward: Judgement
    forward: Judgement
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    old_sources: tuple[Source, ...] = ()
    new_sources: tuple[Source, ...] = ()
    binds: bool = True

    def judgement(self, direction: Direction) -> Judgement:
        """
        The judgement of the whole pair in one direction.
        """
        return self.backward if direction is Direction.BACKWARD else self.forward


@dataclass(frozen=True, slots=True)
class Tag:
    """
    The version tag: where instances carry it, and what each side pins there.
    """

    pointer: Pointer
    old: Any
    new: Any
