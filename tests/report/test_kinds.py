"""
Every kind of result in every one of its formats: one table, one envelope, one published schema, one reading back.
"""

from __future__ import annotations

import importlib
import json
import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import jsonschema
import jsonschema_rs
import pytest
import report_example as example

from schemadiff.cli.commands import COMMANDS
from schemadiff.containment import Contained, Reason, Refuted, Unknown
from schemadiff.decide import CounterExample, Judgement
from schemadiff.deployment.graph import Channel
from schemadiff.deployment.model import Conflict
from schemadiff.deployment.model import Justification as Why
from schemadiff.deployment.plan import Milestone, Rollout, RolloutStep, Undo, Wait
from schemadiff.deployment.queries import Deployment, DeploymentProblem, Retirement
from schemadiff.errors import InputError, UsageError
from schemadiff.instance import equal
from schemadiff.instance.parse import MAX_DEPTH
from schemadiff.replay.driver import Incident
from schemadiff.replay.record import RecordReport
from schemadiff.report import KINDS, REPORTERS, formats_of, render
from schemadiff.report.json_schema import schema_of
from schemadiff.report.model import FileLine
from schemadiff.report.results import (
    Checklist,
    ChecklistItem,
    Containment,
    FileAccount,
    RuleList,
    Scaffold,
    ScaffoldStep,
    SettingLine,
    SupportGraph,
    containment,
)
from schemadiff.report.saved import read_result
from schemadiff.ruleset import all_rules
from schemadiff.schema import load_text

TODAY = date(2026, 11, 23)
WHY = Why("job-worker@0.1.0 does not read job_request v2", ("orchestrator@2026.12", "job-worker@0.1.0"))
SIDES = ("orchestrator", "2026.12"), ("job-worker", "0.1.0")
STEP = RolloutStep(
    1,
    "expand",
    "start",
    "job-worker",
    "0.2.0",
    "",
    "",
    TODAY,
    date(2027, 1, 3),
    (Wait("drained", "job_request", "v1"),),
    (Milestone("reads", "job_request", "v2", "job-worker"),),
    (WHY,),
    Undo("Start 0.1.0 again.", 2),
    ("job-worker@0.2.0",),
)
STOPPED = load_text('{"minimum": 1}', name="outer.json")

RESULTS: dict[str, list[Any]] = {
    "comparison": [
        replace(
            example.REPORT,
            comparisons=tuple(replace(each, old_sources=(), new_sources=()) for each in example.REPORT.comparisons),
        )
    ],
    "replay": [example.REPLAY],
    "checklist": [
        Checklist(
            "2026-11-23",
            (
                ChecklistItem("versioned", "Every version is named", "checked", ("4 versions",), "schemadiff lint"),
                ChecklistItem(None, "No answer is lost", "failed", ("1 was", "\x1b[31m"), "schemadiff replay"),
                ChecklistItem(None, "Somebody is on call", "a person must confirm", (), ""),
            ),
        )
    ],
    "graph": [
        SupportGraph(TODAY, example.GRAPH, (Channel("job_request", *SIDES, "some", ("v1",), date(2027, 1, 3), (WHY,)),))
    ],
    "deployment": [
        Deployment(
            "no", *SIDES[0], TODAY, ("job-worker@0.1.0",), (WHY,), (DeploymentProblem(WHY, "Deploy it."),), (WHY,), ()
        )
    ],
    "retirement": [
        Retirement(
            "no",
            "job_request",
            "v1",
            TODAY,
            None,
            ("job-worker@0.1.0",),
            (DeploymentProblem(WHY, "Wait."),),
            (),
            (WHY,),
        )
    ],
    "rollout": [
        Rollout("plan", TODAY, (SIDES[0],), (STEP,)),
        Rollout(
            "none", TODAY, (), broken=(Conflict("job_request", "v2", *SIDES, ("v1",), "breaking"),), changes=("x",)
        ),
    ],
    "containment": [
        containment(
            Contained(by="a number set", note="it has no instance", outline=("1 < 2",)), inner="a.json", outer="b.json"
        ),
        containment(
            Refuted(
                counter_example={"n": Decimal("1E+400"), "\ud800": 9007199254740993},
                retagged=None,
                confirmed_by=("jsonschema",),
            ),
            inner="a.json",
            outer="b.json",
        ),
        containment(
            Unknown(reason=Reason.PATTERN, detail="it looks ahead", keyword="minimum", place=STOPPED),
            inner="a.json",
            outer="b.json",
        ),
    ],
    "record": [RecordReport(3, 1, 0, 1, (Incident("crashed", 2, "exit status 2"),), None), RecordReport(0, 0, 0, 0)],
    "scaffold": [
        Scaffold((ScaffoldStep("wrote", "contracts/contracts.yaml", "promises"),), ("Look at it.\nThen commit.",))
    ],
    "rules": [RuleList(tuple(all_rules().values()))],
    "files": [
        FileAccount(
            of="HEAD",
            files=(
                FileLine(path="contracts/a.v1.json", contract="a", version="v1"),
                FileLine(path="contracts/\x1b.json", reason="no schema"),
            ),
            settings=(SettingLine(name="fail_on", value="never", source="schemadiff.toml"),),
            errors=("contracts/contracts.yaml:1:1: broken",),
        ),
        FileAccount(of="the working tree", files=(), settings=()),
    ],
}
CASES = [(kind, result) for kind, results in RESULTS.items() for result in results]


def test_every_kind_is_tried() -> None:
    """
    And every row of the table names a reporter that exists.
    """
    assert list(RESULTS) == list(KINDS)
    assert {kind for kind, _ in REPORTERS} == set(KINDS)
    for reporter in {*REPORTERS.values(), *KINDS.values()}:
        module, _, name = reporter.partition(":")
        assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize(("kind", "result"), CASES)
def test_every_format_of_a_kind_is_written(kind: str, result: Any) -> None:
    """
    As text that ends with a line end, and holds no control character.
    """
    assert result.kind == kind
    for form in formats_of(kind):
        text = render(result, form)
        assert text.endswith("\n")
        assert "\x1b" not in text
        text.encode()


@pytest.mark.parametrize(("kind", "result"), CASES)
def test_json_has_one_envelope_and_satisfies_the_published_schema(kind: str, result: Any) -> None:
    """
    Each kind its own schema, and the schema of all kinds; both validators say so.
    """
    text = render(result, "json")
    value = json.loads(text)

    assert list(value)[:5] == ["format", "kind", "schemadiff", "as_of", "exit_code"]
    assert (value["format"], value["kind"], value["exit_code"]) == (3, kind, result.exit_code)
    plain = json.loads(text.replace("\\ud800", "?"))
    for schema in (schema_of(kind), schema_of()):
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(plain)
        jsonschema_rs.validator_for(schema, validate_formats=True).validate(plain)
    properties = schema_of(kind)["properties"]
    assert list(value) == list(properties)
    assert all(each.get("description") for each in properties.values())


@pytest.mark.parametrize(("kind", "result"), CASES)
def test_a_saved_result_is_read_back(kind: str, result: Any) -> None:
    """
    As an equal value, so that all its formats read as they did.
    """
    back: Any = read_result(render(result, "json"))

    assert back == result
    for form in formats_of(kind):
        assert render(back, form) == render(result, form)


@pytest.mark.parametrize("result", [result for _, result in CASES])
def test_no_member_of_another_type_is_read(result: Any) -> None:
    """
    Whichever member of a saved result is replaced by one that fits nowhere: it is refused with a message.
    """
    value = json.loads(render(result, "json").replace("\\ud800", "?"))
    for name in value:
        with pytest.raises(InputError):
            read_result(json.dumps({**value, name: {"no": ["such", "member"]}}))


@pytest.mark.parametrize(
    "instance",
    [
        None,
        9007199254740993,
        10**400,
        Decimal("0.1000"),
        Decimal("1E+400"),
        -Decimal("1E-400"),
        {"b": 1, "a": [True, None, "\u202e\ud800"]},
    ],
)
def test_counter_examples_keep_their_exact_value(instance: Any) -> None:
    """
    Through the JSON report and back, spelling and order included.
    """
    judged = replace(
        example.LOWERED.backward,
        counter_example=CounterExample(instance=instance, retagged=None, confirmed_by=("jsonschema",)),
    )
    pair = replace(example.REQUEST, backward=judged, findings=(), old_sources=(), new_sources=())
    report = replace(example.REPORT, comparisons=(pair,))
    text = render(report, "json")
    back: Any = read_result(text)
    found: Judgement = back.comparisons[0].backward

    assert found.counter_example is not None
    assert equal(found.counter_example.instance, instance)
    assert render(back, "json") == text


def test_the_deepest_instance_is_read_back() -> None:
    """
    A counter-example may be as deep as any document, wherever it stands in a report.
    """
    deep: Any = 1
    for _ in range(MAX_DEPTH):
        deep = [deep]
    judged = replace(
        example.LOWERED.backward, counter_example=CounterExample(instance=deep, retagged=deep, confirmed_by=())
    )
    finding = replace(example.LOWERED, backward=judged)
    report = replace(example.REPORT, comparisons=(replace(example.REQUEST, findings=(finding,)),))
    back: Any = read_result(render(report, "json"))

    assert back.comparisons[0].findings == (finding,)


def test_an_unknown_format_is_refused() -> None:
    """
    With the formats that the kind has.
    """
    with pytest.raises(UsageError) as refused:
        render(RESULTS["record"][0], "sarif")

    assert "terminal, json" in str(refused.value)


def _choices(command: click.Command) -> list[tuple[str, ...]]:
    return [
        tuple(each.type.choices)
        for each in command.params
        if each.name == "form" and isinstance(each.type, click.Choice)
    ]


def test_the_commands_offer_what_the_table_has() -> None:
    """
    The choices of ``--format`` are those of one kind, or of all kinds together.
    """
    offered = {formats_of(kind) for kind in KINDS} | {formats_of(*KINDS)}
    modules = [importlib.import_module(f"schemadiff.cli.{name.replace('-', '_')}") for name in COMMANDS]
    found = [choices for module in modules for choices in _choices(module.command)]

    assert len(found) >= len(KINDS)
    assert set(found) <= offered


def yaml(result: Containment, *, style: Any) -> str:
    """
    A new format.
    """
    return f"answer: {result.answer} {style.width}\n"


def test_a_new_format_is_one_function_and_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Nothing else needs to know of it: neither rendering, nor the choices of the commands, nor the published schema.
    """
    monkeypatch.setitem(REPORTERS, ("containment", "yaml"), f"{__name__}:yaml")
    contains = importlib.reload(importlib.import_module("schemadiff.cli.contains"))
    saved = importlib.reload(importlib.import_module("schemadiff.cli.render"))

    assert render(RESULTS["containment"][0], "yaml") == "answer: contained 100\n"
    assert _choices(contains.command) == [("terminal", "json", "yaml")]
    assert "yaml" in _choices(saved.command)[0]
    monkeypatch.undo()
    for module in (contains, saved):
        importlib.reload(module)


def _bare(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    prose = ("title", "description")
    return {name: _bare(each) for name, each in schema.items() if name not in prose or not isinstance(each, str)}


def test_the_published_schema_changes_on_purpose_only() -> None:
    """
    The snapshot holds the schemas of all kinds without their prose; ``SNAPSHOTS=write`` writes it anew.
    """
    path = Path(__file__).parent / "snapshots" / "schema.json"
    text = json.dumps(_bare(schema_of()), indent=1) + "\n"
    if os.environ.get("SNAPSHOTS") == "write":
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")
