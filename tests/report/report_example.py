"""
One report that holds every kind of finding: what the snapshots show.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from schemadiff.decide import (
    Classification,
    Comparison,
    CounterExample,
    Direction,
    Evidence,
    Finding,
    Judgement,
    Location,
    PolicyFinding,
    SourceText,
    Tag,
    Verdict,
)
from schemadiff.deployment.graph import Graph, GraphEdge, GraphNode
from schemadiff.instance import loads
from schemadiff.replay.classify import ReplayOutcome, VersionPair
from schemadiff.replay.report import Cell, Exchange, Fault, ReplayReport, Summary
from schemadiff.report import Report, Window
from schemadiff.ruleset import About, Rule
from schemadiff.wire.worker_spec import Capabilities

KEPT = Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.PROVED, by="schemadiff")
NOT_ASKED = Judgement(
    verdict=Verdict.UNDECIDED, evidence=Evidence.PRESUMED, by="not proved, since this direction is not promised"
)

OLD_TEXT = """{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Job request, version 1",
  "type": "object",
  "properties": {
    "schema_version": {"const": "v1"},
    "job_id": {"type": "string", "maxLength": 64},
    "timeout_seconds": {
      "type": "integer",
      "minimum": 1,
      "maximum": 300
    },
    "action": {"enum": ["sync", "scan", "cleanup"]},
    "labels": {"type": "array", "items": {"$ref": "#/$defs/label"}},
    "owner": {"$ref": "#/$defs/label"}
  },
  "required": ["schema_version", "job_id"],
  "$defs": {
    "label": {"type": "string", "pattern": "^[a-z]+$"}
  }
}
"""

NEW_TEXT = """{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Job request, version 2",
  "type": "object",
  "properties": {
    "schema_version": {"const": "v2"},
    "job_id": {"type": "string", "maxLength": 128},
    "timeout_seconds": {
      "type": "integer",
      "minimum": 1,
      "maximum": 60
    },
    "action": {"enum": ["sync", "scan"]},
    "labels": {"type": "array", "items": {"$ref": "#/$defs/label"}},
    "owner": {"$ref": "#/$defs/label"},
    "trace": {"type": "string"}
  },
  "required": ["schema_version", "job_id"],
  "$defs": {
    "label": {"type": "string", "pattern": "^(?!x)[a-z]+$"}
  }
}
"""


def payload(instance: str, retagged: str | None = None) -> Judgement:
    """
    A breaking judgement with its counter-example, given as JSON text.
    """
    found = CounterExample(
        instance=loads(instance),
        retagged=None if retagged is None else loads(retagged),
        confirmed_by=("jsonschema", "jsonschema-rs"),
    )
    return Judgement(
        verdict=Verdict.BREAKING,
        evidence=Evidence.WITNESSED,
        by="confirmed by jsonschema and jsonschema-rs",
        counter_example=found,
    )


def place(version: str, pointer: str, line: int | None, column: int | None = 5) -> Location:
    """
    A place in one of the two files.
    """
    return Location(
        name=f"contracts/job_request.{version}.json",
        pointer=pointer,
        line=line,
        column=column if line is not None else None,
    )


LOWERED = Finding(
    rule="maximum-lowered",
    title="A number's upper limit was lowered",
    message="timeout_seconds: maximum lowered from ≤ 300 to ≤ 60",
    level="error",
    classification=Classification.BREAKING,
    path=("timeout_seconds",),
    paths=(("timeout_seconds",),),
    old_place=place("v1", "/properties/timeout_seconds/maximum", 11, 7),
    new_place=place("v2", "/properties/timeout_seconds/maximum", 11, 7),
    old="300",
    new="60",
    backward=payload(
        '{"schema_version": "v1", "job_id": "a2c4e6g8", "timeout_seconds": 61}',
        '{"schema_version": "v2", "job_id": "a2c4e6g8", "timeout_seconds": 61}',
    ),
    forward=NOT_ASKED,
    remedy="Check recorded messages for larger numbers, or clamp the number where it is used.",
    fingerprint="0123456789abcdef",
)

UNDECIDED = Finding(
    rule="pattern-changed",
    title="A pattern was changed",
    message='labels[]: pattern changed from "^[a-z]+$" to "^(?!x)[a-z]+$"',
    level="warning",
    classification=Classification.UNDECIDED,
    path=("labels", "[]"),
    paths=(("labels", "[]"), ("owner",)),
    old_place=place("v1", "/$defs/label/pattern", 19, 33),
    new_place=place("v2", "/$defs/label/pattern", 20, 33),
    old='"^[a-z]+$"',
    new='"^(?!x)[a-z]+$"',
    backward=Judgement(verdict=Verdict.UNDECIDED, evidence=Evidence.PRESUMED, by="the budget of 10 s was spent"),
    forward=NOT_ASKED,
    notes=("Go's RE2 cannot compile the new pattern: it looks ahead.",),
    remedy="Write the pattern without `(?!`, and ask again.",
    fingerprint="1123456789abcdef",
)

WAIVED = Finding(
    rule="enum-value-removed",
    title="An allowed value was removed",
    message='action no longer allows "cleanup"',
    level="error",
    classification=Classification.BREAKING,
    path=("action",),
    paths=(("action",),),
    old_place=place("v1", "/properties/action/enum", 13, 16),
    new_place=place("v2", "/properties/action/enum", 13, 16),
    old='["sync", "scan", "cleanup"]',
    new='["sync", "scan"]',
    backward=payload('{"schema_version": "v1", "job_id": "a2c4e6g8", "action": "cleanup"}'),
    forward=NOT_ASKED,
    remedy="Keep accepting the value until no writer sends it.",
    fingerprint="2123456789abcdef",
    waived="nobody has sent it since March; owner: jobs team, until 2027-01-31",
)

ADDITIVE = Finding(
    rule="optional-property-added",
    title="An optional property was added",
    message="trace: optional property added to properties",
    level="note",
    classification=Classification.ADDITIVE,
    path=("trace",),
    paths=(("trace",),),
    old_place=place("v1", "/properties", 5, 3),
    new_place=place("v2", "/properties/trace", 16, 5),
    old=None,
    new='{"type": "string"}',
    backward=KEPT,
    forward=NOT_ASKED,
    notes=('Breaking for producers that send names they do not declare (--emission any): {"trace": 0}',),
    fingerprint="3123456789abcdef",
)

COMPENSATED = Finding(
    rule="max-length-raised",
    title="A string's length limit was raised",
    message="job_id: maxLength raised from 64 to 128",
    level="note",
    classification=Classification.NEUTRAL,
    path=("job_id",),
    paths=(("job_id",),),
    old_place=place("v1", "/properties/job_id/maxLength", 7, 34),
    new_place=place("v2", "/properties/job_id/maxLength", 7, 34),
    old="64",
    new="128",
    backward=Judgement(
        verdict=Verdict.COMPATIBLE,
        evidence=Evidence.PROVED,
        by="other changes make up for it",
        counter_example=None,
        compensated_by=("timeout_seconds", "owner"),
    ),
    forward=NOT_ASKED,
    fingerprint="4123456789abcdef",
)

SILENT = Finding(
    rule="documentation-changed",
    title="Documentation was changed",
    message='the message: title changed from "Job request, version 1" to "Job request, version 2"',
    level="none",
    classification=Classification.NEUTRAL,
    path=(),
    paths=((),),
    old_place=place("v1", "/title", 3, 3),
    new_place=place("v2", "/title", 3, 3),
    old='"Job request, version 1"',
    new='"Job request, version 2"',
    backward=Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.PROVED, by="it constrains nothing"),
    forward=KEPT,
    fingerprint="5123456789abcdef",
)

UNPLACED = Finding(
    rule="enum-value-added",
    title="An allowed value was added",
    message='status also allows "partial" now',
    level="error",
    classification=Classification.BREAKING,
    path=("status",),
    paths=(("status",),),
    old_place=Location(
        name="main:contracts/job_response.json", pointer="/properties/status/enum", line=None, column=None
    ),
    new_place=Location(name="-", pointer="/properties/status/enum", line=None, column=None),
    old='["ok", "error"]',
    new='["ok", "error", "partial"]',
    backward=KEPT,
    forward=payload('{"status": "partial"}'),
    remedy="Upgrade all readers first.\n\nTell readers from the start what to do with a value that they do not know.",
    fingerprint="6123456789abcdef",
)

REQUEST = Comparison(
    contract="job_request",
    old="v1",
    new="v2",
    role="request",
    promised=(Direction.BACKWARD,),
    emission="declared",
    tag=Tag(pointer=("schema_version",), old="v1", new="v2"),
    backward=LOWERED.backward,
    forward=payload('{"schema_version": "v2", "job_id": "a2c4e6g8", "trace": "b"}'),
    findings=(LOWERED, WAIVED, UNDECIDED, ADDITIVE, COMPENSATED, SILENT),
    notes=("The version tag was found by its name.",),
    old_sources=(SourceText(name="contracts/job_request.v1.json", text=OLD_TEXT),),
    new_sources=(SourceText(name="contracts/job_request.v2.json", text=NEW_TEXT),),
)

RESPONSE = Comparison(
    contract="job_response",
    old="main:contracts/job_response.json",
    new="-",
    role="response",
    promised=(Direction.BACKWARD, Direction.FORWARD),
    emission="declared",
    tag=None,
    backward=KEPT,
    forward=UNPLACED.forward,
    findings=(UNPLACED,),
)

SAME = Comparison(
    contract="heartbeat",
    old="v1",
    new="v2",
    role="message",
    promised=(Direction.BACKWARD,),
    emission="any",
    tag=None,
    backward=Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.PROVED, by="equal canonical forms"),
    forward=Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.PROVED, by="equal canonical forms"),
    findings=(),
)

NO_PROMISE = Comparison(
    contract="audit",
    old="v1",
    new="v2",
    role="message",
    promised=(),
    emission="declared",
    tag=None,
    backward=Judgement(
        verdict=Verdict.UNDECIDED, evidence=Evidence.PRESUMED, by="the reference other.json cannot be followed"
    ),
    forward=NOT_ASKED,
    findings=(),
)

FREE = Comparison(
    contract="job_request",
    old="v0",
    new="v2",
    role="request",
    promised=(Direction.BACKWARD,),
    emission="declared",
    tag=None,
    backward=LOWERED.backward,
    forward=NOT_ASKED,
    findings=(replace(LOWERED, fingerprint="7123456789abcdef"),),
    binds=False,
)

REMARKS = (
    PolicyFinding(
        rule="version-removed",
        title="A version vanished before its sunset",
        message="job_request v0 is gone, and is supported until 2027-01-03",
        level="error",
        contract="job_request",
        place=Location(name="contracts/contracts.yaml", pointer="/contracts/job_request", line=12, column=3),
        notes=("It was deprecated on 2026-10-05.",),
        remedy="Put the file back, and retire the version after its sunset.",
        fingerprint="8123456789abcdef",
    ),
    PolicyFinding(
        rule="unbounded-number",
        title="A number has no limit",
        message="timeout_seconds has no upper limit",
        level="warning",
        contract="job_request",
        place=Location(
            name="contracts/job_request.v1.json", pointer="/properties/timeout_seconds", line=None, column=None
        ),
        fingerprint="9123456789abcdef",
        waived="historical; owner: jobs team",
    ),
    PolicyFinding(
        rule="unreadable-file",
        title="A file cannot be read",
        message="contracts/broken.v1.json is not JSON",
        level="error",
        contract="",
        place=Location(name="contracts/broken.v1.json", pointer="", line=3, column=1),
        remedy="Mend it, or take it out of the folder.",
        fingerprint="a123456789abcdef",
        unreadable=True,
    ),
)

EXCHANGE = Exchange(
    name="v1-timeout-61",
    contract="job_request",
    version="v1",
    service="job-worker",
    release="0.1.0",
    judgement=ReplayOutcome("valid", "invalid", "rejected", "dangerous", "", ("/status: one of ok, error",), ()),
    payload='{"schema_version": "v1", "job_id": "a2c4e6g8", "timeout_seconds": 61}',
    response='{"status": "error", "error_type": "validation_error"}',
    recorded=None,
)

REPLAY = ReplayReport(
    worker="bin/job-worker",
    capabilities=Capabilities("job-worker", "0.2.0"),
    as_of="2026-11-23",
    sides={"job_request": VersionPair("v1", "v2")},
    total=23,
    cells=(
        Cell("job_request", "valid", "invalid", "rejected", "dangerous", 1),
        Cell("job_request", "invalid", "invalid", "accepted", "lenient", 2),
        Cell("job_request", "valid", "valid", "accepted", "agreed", 19),
        Cell("job_request", "not JSON", "not JSON", "crashed", "lost", 1),
    ),
    kinds={"dangerous": 1, "lenient": 2, "agreed": 19, "lost": 1},
    notable=(EXCHANGE,),
    skipped={},
    versions=(Summary("job_request", "v1", "accepted", 19),),
    releases=(Summary("job-worker", "0.1.0", "accepted", 19),),
    faults=(Fault("crashed", "v1-truncated", "exit status 2"),),
    restarts=1,
    gave_up=None,
)

_WRITER = GraphNode("orchestrator", "writes", "job_request", "v1", ("2026.10",), True, "deprecated", date(2027, 1, 3))
_READER = replace(_WRITER, service="job-worker", side="reads", releases=("0.1.0",))
GRAPH = Graph(
    date(2026, 11, 23),
    (_WRITER, _READER),
    (GraphEdge(_WRITER.key, _READER.key, "job_request", "v1", "v1", "same", True, date(2027, 1, 3), None),),
)

REPORT = Report(
    schemadiff="0.1.0",
    as_of="2026-11-23",
    rules="default",
    emission="declared",
    comparisons=(REQUEST, RESPONSE, SAME, NO_PROMISE, FREE),
    notes=("audit.v3 is only in contracts, so there is nothing to compare it with.",),
    windows=(
        Window(
            contract="job_request", version="v1", published="2026-03-02", deprecated="2026-10-05", sunset="2027-01-03"
        ),
        Window(contract="job_request", version="v2", published="2026-10-05", deprecated=None, sunset=None),
        Window(contract="job_response", version="v1", published=None, deprecated=None, sunset=None),
    ),
    graph=GRAPH,
    rollout=("Deploy job-worker 0.2.0, which reads v2.", "Let orchestrator write v2.", "Retire v1 on 2027-01-03."),
    replay=REPLAY,
    remarks=REMARKS,
)

RULES = {
    "maximum-lowered": Rule(
        id="maximum-lowered",
        title="A number's upper limit was lowered",
        about=About(),
        level="error",
        floor="note",
        since="0.1",
        refines=(),
        reason="Numbers between the two limits were valid and are rejected now.",
        remedy="Check recorded messages for `larger` numbers.\n\n- Set the limit in a new version.\n- Or clamp it.",
        examples=(),
        text="",
    )
}
"""So that a better explanation of a rule changes no snapshot; the other rules of the report are unknown on purpose."""
