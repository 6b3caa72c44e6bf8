"""
Results of commands for which no room below has a class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, ClassVar, Protocol

from schemadiff.containment import Contained, Refuted, Unknown
from schemadiff.decide import CounterExample
from schemadiff.deployment.graph import Channel, Graph
from schemadiff.instance import format_pointer
from schemadiff.report.model import FileLine
from schemadiff.ruleset import Rule

CHECKED, FAILED, OPEN = "checked", "failed", "a person must confirm"


class Result(Protocol):
    """
    The result of a command: a frozen dataclass.

    Attributes:
        kind: its row in the table of formats.
    """

    kind: ClassVar[str]

    @property
    def exit_code(self) -> int:
        """
        The exit code of the command.
        """


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """
    One line of the release checklist.

    Attributes:
        id: the id of a built-in item; null for one of the manifest's own.
        title: what must be true.
        state: checked, failed, or a person must confirm.
        evidence: what was found, a sentence each.
        reproduce: the command that shows it again; empty where a person decides.
    """

    id: str | None
    title: str
    state: Annotated[str, ("enum", (CHECKED, FAILED, OPEN))]
    evidence: tuple[str, ...]
    reproduce: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """
    The release checklist.

    Attributes:
        as_of: the day of the release.
        items: in the order of the checks.
    """

    kind: ClassVar[str] = "checklist"

    as_of: Annotated[str, ("format", "date")]
    items: tuple[ChecklistItem, ...]

    @property
    def exit_code(self) -> int:
        """
        0, or 1 if any item failed.
        """
        return int(any(item.state == FAILED for item in self.items))


@dataclass(frozen=True, slots=True)
class SupportGraph:
    """
    The version-support graph and the channels in it.

    Attributes:
        as_of: the day for which it holds.
        graph: versions at services, and the edges between them.
        channels: one for each contract between two running releases.
    """

    kind: ClassVar[str] = "graph"
    exit_code: ClassVar[int] = 0

    as_of: date
    graph: Graph
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Containment:
    """
    Whether every instance of one schema is an instance of another.

    Attributes:
        answer: contained, refuted or undecided.
        inner, outer: the names of the schemas.
        by: what proved it; empty unless contained.
        note: what else to know about the proof, such as that no instance exists at all.
        outline: the proof in short, a line each step.
        counter_example: what refutes it; null unless refuted.
        reason: the kind of obstacle; empty unless undecided.
        detail: the obstacle in particular.
        keyword: the keyword that stopped the search.
        location: pointer, file, line and column of that keyword.
        assumed: the URIs that are not at hand; the answer holds whatever each stands for.
    """

    kind: ClassVar[str] = "containment"

    answer: Annotated[str, ("enum", ("contained", "refuted", "undecided"))]
    inner: str
    outer: str
    by: str = ""
    note: str | None = None
    outline: tuple[str, ...] = ()
    counter_example: CounterExample | None = None
    reason: str = ""
    detail: str = ""
    keyword: str | None = None
    location: str | None = None
    assumed: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """
        0 if contained, 1 if refuted, 3 if undecided.
        """
        return {"contained": 0, "refuted": 1}.get(self.answer, 3)


def containment(answer: Contained | Refuted | Unknown, *, inner: str, outer: str) -> Containment:
    """
    The answer of the prover as a result, with the names of the schemas.
    """
    made = partial(Containment, inner=inner, outer=outer)
    match answer:
        case Contained():
            return made(
                answer="contained", by=answer.by, note=answer.note, outline=answer.outline, assumed=answer.assumed
            )
        case Refuted():
            found = CounterExample(
                instance=answer.counter_example, retagged=answer.retagged, confirmed_by=answer.confirmed_by
            )
            return made(answer="refuted", counter_example=found, assumed=answer.assumed)
        case Unknown():
            reason, location = answer.reason.value, _location(answer)
            return made(
                answer="undecided", reason=reason, detail=answer.detail, keyword=answer.keyword, location=location
            )


def _location(answer: Unknown) -> str | None:
    if answer.keyword is None or answer.place is None:
        return answer.keyword
    document, pointer = answer.place.document, (*answer.place.pointer, answer.keyword)
    position = document.position(pointer)
    line = "" if position is None else f":{position.line}:{position.column}"
    return f"{format_pointer(pointer)} in {document.name}{line}"


@dataclass(frozen=True, slots=True)
class RuleList:
    """
    The rules of this release.

    Attributes:
        rules: sorted by id.
    """

    kind: ClassVar[str] = "rules"
    exit_code: ClassVar[int] = 0

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class ScaffoldStep:
    """
    One file of a new setup.

    Attributes:
        action: wrote, kept or planned.
        path: of the file.
        purpose: what it is for.
    """

    action: Annotated[str, ("enum", ("wrote", "kept", "planned"))]
    path: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """
    A setting with where its value comes from.

    Attributes:
        name, value: of the setting; the value as text.
        source: the command line, a settings file, a rule set, or default.
    """

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAccount:
    """
    What is guarded, and by which settings.

    Attributes:
        of: the revision, or the working tree.
        files: what became of each, by path.
        settings: in their order.
        errors: manifests that cannot be read.
    """

    kind: ClassVar[str] = "files"

    of: str
    files: tuple[FileLine, ...]
    settings: tuple[SettingLine, ...]
    errors: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """
        0, or 4 if a manifest cannot be read or nothing is guarded.
        """
        return 4 if self.errors or not any(file.reason is None for file in self.files) else 0


@dataclass(frozen=True, slots=True)
class Scaffold:
    """
    A new setup of a repository.

    Attributes:
        steps: one a file.
        advice: what to do next.
    """

    kind: ClassVar[str] = "scaffold"
    exit_code: ClassVar[int] = 0

    steps: tuple[ScaffoldStep, ...]
    advice: tuple[str, ...]
