"""
The built-in items of the checklist, and what the error contract asks of schemas that are hard to decide.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from schemadiff.catalog.operations import CHECKLIST_ITEMS, PROTOCOLS
from schemadiff.catalog.shape import manifest_schema
from schemadiff.options import Options
from schemadiff.report.results import FAILED, OPEN, ChecklistItem
from schemadiff.usecases.checklist.run import BUILT_IN, release_checklist
from schemadiff.wire.worker_spec import AUTO, FRAMES, HTTP, LINES
from schemadiff.workspace import Workspace

MANIFEST = """\
schemadiff: 1
contracts: {receipt: {versions: {v1: }}}
errors:
  contract: receipt
  where: {ok: false}
  required: [code]
  type: code
  retry: {bad: final}
"""


def items(folder: Path, schema: object, manifest: str = MANIFEST) -> dict[str | None, ChecklistItem]:
    (folder / "contracts").mkdir()
    (folder / "contracts/contracts.yaml").write_text(manifest)
    (folder / "contracts/receipt.v1.json").write_text(json.dumps(schema))
    found = release_checklist(Workspace.open(folder, Options(as_of=date(2026, 11, 23))))
    return {each.id: each for each in found.items}


def test_the_items_are_the_same_everywhere() -> None:
    """
    In the table, in the reader of the manifest and in its schema; so are the protocols.
    """
    schema = manifest_schema()["$defs"]
    ids = [each.id for each in BUILT_IN]

    assert ids == list(CHECKLIST_ITEMS) == schema["checklist_item"]["properties"]["item"]["enum"]
    assert len({each.title for each in BUILT_IN}) == len(ids)
    assert PROTOCOLS == (AUTO, FRAMES, LINES, HTTP)
    assert list(PROTOCOLS) == schema["worker"]["properties"]["protocol"]["enum"]


def test_an_open_error_type_is_not_decided_by_the_table(tmp_path: Path) -> None:
    """
    The counter-example is an error of a type that the table lacks; the other conditions hold.
    """
    found = items(tmp_path, {"required": ["ok", "code"], "properties": {"code": {"type": "string"}}})

    assert found["standard-errors"].state == "checked"
    assert found["retry-decisions"].state == FAILED
    assert found["retry-decisions"].evidence == (
        'receipt v1 allows error types that the table does not decide on, such as "".',
    )


def test_a_schema_that_the_prover_does_not_decide_leaves_its_items_open(tmp_path: Path) -> None:
    """
    With the reason; neither is ticked.
    """
    schema = {
        "required": ["ok", "code"],
        "properties": {"code": {"type": "string", "pattern": r"^(a+)\1$"}, "ok": {"const": False}},
    }
    found = items(tmp_path, schema)

    for item in ("standard-errors", "retry-decisions"):
        assert found[item].state == OPEN
        assert "receipt v1 cannot be decided: pattern beyond regular languages" in found[item].evidence[0]


def test_an_error_without_a_required_property_is_shown(tmp_path: Path) -> None:
    found = items(tmp_path, {"required": ["ok"], "properties": {"code": {"type": "string"}}})["standard-errors"]

    assert found.state == FAILED
    assert found.evidence == ('receipt v1 accepts an error without code: {"ok": false}',)


def test_a_type_that_the_schema_does_not_declare_is_shown(tmp_path: Path) -> None:
    """
    Whatever the location of the type holds is then valid, so no table decides on it.
    """
    found = items(tmp_path, {"required": ["ok", "code"]})["standard-errors"]

    assert found.state == FAILED
    assert found.evidence == ("receipt v1 does not declare code as a text: it accepts an error with code {}.",)


def test_a_rejection_that_the_schema_refuses_is_shown(tmp_path: Path) -> None:
    """
    Without a table of retries, which would have it.
    """
    schema = {"required": ["ok", "code"], "properties": {"code": {"enum": ["bad"]}}}
    manifest = MANIFEST.replace("retry: {bad: final}", "rejects: [nope]")
    found = items(tmp_path, schema, manifest)["standard-errors"]

    assert found.evidence == ("receipt v1 refuses an error of type nope, which the manifest names under rejects.",)


def test_one_type_is_named(tmp_path: Path) -> None:
    found = items(tmp_path, {"required": ["ok", "code"], "properties": {"code": {"const": "bad"}}})

    assert found["standard-errors"].evidence == (
        "receipt v1 accepts an error of type bad, and refuses one that lacks any of code.",
    )


RUNS = (
    "schemadiff check",
    "  set -e; schemadiff check --against origin/main  # the gate",
    "      - run: schemadiff check",
    "        run: 'schemadiff check --against main'",
    "  - schemadiff check",
    "  script: PYTHONPATH=. .venv/bin/schemadiff check",
    "make setup && python3 -m schemadiff check || exit 1",
    "        run: '\"$RUNNER_TEMP/venv/bin/python\" -I -m schemadiff check -f json'",
    "if ! uv run schemadiff check; then",
    "      - uses: example/schemadiff@0123abc",
)

DOES_NOT_RUN = (
    "echo schemadiff check is forbidden",
    "echo 'never; schemadiff check'",
    "# schemadiff check",
    "make test # schemadiff check",
    "      - name: schemadiff check",
    "        run: schemadiff replay --exchanges exchanges.ndjson",
    "schemadiff checklist",
    "pip install schemadiff",
    "      - uses: example/schemadiff-report@v1",
    "      # - uses: example/schemadiff@v1",
)


def ci_item(folder: Path, line: str, parameters: str = "") -> ChecklistItem:
    (folder / "contracts").mkdir()
    manifest = "schemadiff: 1\ncontracts: {receipt: {versions: {v1: }}}\n"
    manifest += f"checklist: [{{item: ci-enforces{parameters}}}]\n"
    (folder / "contracts/contracts.yaml").write_text(manifest)
    (folder / "contracts/receipt.v1.json").write_text("{}")
    (folder / ".ci").mkdir()
    (folder / ".ci/run").write_text(f"set -eu\n{line}\n")
    return release_checklist(Workspace.open(folder, Options(as_of=date(2026, 11, 23)))).items[0]


@pytest.mark.parametrize("line", RUNS)
def test_a_line_of_ci_that_runs_the_gate(tmp_path: Path, line: str) -> None:
    assert ci_item(tmp_path, line).evidence == (".ci/run:2 runs schemadiff check.",)


@pytest.mark.parametrize("line", DOES_NOT_RUN)
def test_a_line_of_ci_that_only_mentions_the_gate(tmp_path: Path, line: str) -> None:
    assert ci_item(tmp_path, line).state == OPEN


@pytest.mark.parametrize(
    ("line", "state"),
    [("cd build && make gate", "checked"), ("echo make gate", OPEN), ("make gate-docs", OPEN)],
)
def test_the_command_that_ci_runs_is_a_parameter(tmp_path: Path, line: str, state: str) -> None:
    """
    Such as a target that runs the gate.
    """
    assert ci_item(tmp_path, line, ", runs: make gate").state == state
