"""
The results of a comparison: verdicts, judgements and findings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

from schemadiff.instance import Pointer, Value, format_pointer

if TYPE_CHECKING:
    from schemadiff.changes import Spot

Level = Annotated[str, ("enum", ("error", "warning", "note", "none"))]
Role = Annotated[str, ("enum", ("request", "response", "message"))]
EmissionName = Annotated[str, ("enum", ("declared", "any"))]
RuleId = Annotated[str, ("pattern", "^[a-z][a-z0-9-]*$")]
Day = Annotated[str, ("format", "date")]
Fingerprint = Annotated[str, ("pattern", "^[0-9a-f]{16}$")]
"""Strings, each with the keyword by which the JSON Schema of a report restricts it."""


class Direction(Enum):
    """
    A direction of compatibility: backward (new readers, old writers) or forward.
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
    The evidence of a judgement: a proof, a counter-example, neither, or a proof that holds if references that are not
    at hand mean the same on both sides.
    """

    PROVED = "proved"
    WITNESSED = "witnessed"
    PRESUMED = "presumed"
    ASSUMED = "assumed"


class Classification(Enum):
    """
    The class of a finding with respect to the promised directions.
    """

    BREAKING = "breaking"
    UNDECIDED = "undecided"
    ADDITIVE = "additive"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterExample:
    """
    An instance that the writer's schema accepts and the reader's schema rejects.

    Attributes:
        instance: the JSON value, valid under the writer's schema.
        retagged: the same value with the reader's version tag, invalid under the reader's schema; None without a tag.
        confirmed_by: the validators that confirm both.
    """

    instance: Value
    retagged: Value
    confirmed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """
    The answer to one direction, for a whole pair or for one change in it.

    Attributes:
        verdict, evidence: the answer and what it rests on.
        by: what proved it, or why it is undecided, in words.
        counter_example: what proves a breaking verdict; None for any other.
        compensated_by: places of the changes without which this one would break.
    """

    verdict: Verdict
    evidence: Evidence
    by: str
    counter_example: CounterExample | None = None
    compensated_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """
    A location in a file: its name, a JSON pointer, line and column.
    """

    name: str
    pointer: str
    line: int | None
    column: int | None


def location_of(spot: Spot) -> Location:
    """
    The location of a spot in a schema document.
    """
    position = spot.position
    line, column = (position.line, position.column) if position else (None, None)
    return Location(name=spot.document.name, pointer=format_pointer(spot.pointer), line=line, column=column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    A change with its rule and its judgements.

    Attributes:
        rule: the rule's id.
        title: the rule's line.
        message: what changed, from the rule's template.
        level: error, warning, note or none.
        level_by: what gave the level, if it is not the rule's own: the settings, or a rule set.
        classification: its class with respect to the promised directions.
        path: the place by names.
        paths: all places that the same edit reaches.
        old_place, new_place: where it is written.
        old, new: the values as JSON text, None where there is none.
        backward, forward: the judgement in each direction.
        notes: more to know, a sentence each.
        remedy: what to do instead, Markdown; empty where nothing is wrong.
        fingerprint: identifies this finding in waivers and across runs.
        waived: the reason of the waiver that covers it, None if none does.
        waived_until: the last day of that waiver, in ISO 8601.
        unpromised: whether it can only break a direction that is not promised, so that it is a note at most.
    """

    rule: RuleId
    title: str
    message: str
    level: Level
    classification: Classification
    path: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    old_place: Location
    new_place: Location
    old: str | None
    new: str | None
    backward: Judgement
    forward: Judgement
    notes: tuple[str, ...] = ()
    remedy: str = ""
    fingerprint: Fingerprint = ""
    waived: str | None = None
    waived_until: Day | None = None
    level_by: str = ""
    unpromised: bool = field(default=False, metadata={"json": False})

    def judgement(self, direction: Direction) -> Judgement:
        """
        The judgement in one direction.
        """
        return self.backward if direction is Direction.BACKWARD else self.forward


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """
    A file that a schema was read from: its name and its text.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFinding:
    """
    A finding that is about no pair of schemas: of contract policy, of lint, or on a file that cannot be read.

    Attributes:
        rule, title, message, level: as for a finding.
        contract: the contract that it is about; empty where it is about none.
        place: where it is written.
        notes: more to know, a sentence each.
        remedy: what to do instead, Markdown.
        fingerprint: identifies this finding in waivers and across runs.
        waived: the reason of the waiver that covers it, None if none does.
        waived_until: the last day of that waiver, in ISO 8601.
        unreadable: whether it stands for input that could not be read.
        undecided: whether it says only that something could not be decided.
    """

    rule: RuleId
    title: str
    message: str
    level: Level
    contract: str
    place: Location
    notes: tuple[str, ...] = ()
    remedy: str = ""
    fingerprint: Fingerprint = ""
    waived: str | None = None
    waived_until: Day | None = None
    unreadable: bool = False
    undecided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """
    One pair of schemas, compared and decided.

    Attributes:
        contract: its name; for two plain files theirs.
        old, new: what the sides are called.
        role: request, response or message.
        promised: the directions that the contract promises to its users.
        emission: which properties producers are assumed to send, ``declared`` or ``any``.
        tag: the version tag that was mapped, None if none.
        backward, forward: the judgements of the whole pair.
        findings: worst first.
        notes: further sentences.
        old_sources, new_sources: the files of each side, the schema's own first, then those that it refers to; empty
            if the texts were not kept.
        binds: whether the promise holds between these two; where it does not, a new version may break.
    """

    contract: str
    old: str
    new: str
    role: Role
    promised: tuple[Direction, ...]
    emission: EmissionName
    tag: Tag | None
    backward: Judgement
    forward: Judgement
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    old_sources: tuple[SourceText, ...] = field(default=(), metadata={"json": False})
    new_sources: tuple[SourceText, ...] = field(default=(), metadata={"json": False})
    binds: bool = True

    def judgement(self, direction: Direction) -> Judgement:
        """
        The judgement of the whole pair in one direction.
        """
        return self.backward if direction is Direction.BACKWARD else self.forward


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """
    The version tag: where instances carry it, and what each side pins there.
    """

    pointer: Pointer
    old: Any
    new: Any
