# ruff: noqa: E501 - a table of one case a line
"""
The worker, the error contract and the checklist of a manifest, and how each is refused.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemadiff.catalog import Catalog, ChecklistEntry, ErrorContract, WorkerDeclaration, load_catalog
from schemadiff.catalog.error_contract import RetryDecision, retry_decisions
from schemadiff.errors import InputError
from schemadiff.sources import Folder

HEAD = "schemadiff: 1\ncontracts: {ask: {role: request, versions: {v1: }}, tell: {role: response, versions: {v1: }}}\n"


def read(tmp_path: Path, text: str) -> Catalog:
    for name in ("ask.v1.json", "tell.v1.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "contracts.yaml").write_text(HEAD + text)
    return load_catalog(Folder(tmp_path), "")


def test_nothing_is_declared(tmp_path: Path) -> None:
    catalog = read(tmp_path, "")

    assert (catalog.worker, catalog.errors, catalog.checklist) == (None, None, None)


def test_a_worker_that_is_built(tmp_path: Path) -> None:
    """
    A command is a list, or a text that is split.
    """
    text = "worker:\n  build: go build -o 'my worker' .\n  folder: back\n  sources: [back, 'c/*.json']\n  command: [./my worker, --dry-run]\n  protocol: frames\n"

    assert read(tmp_path, text).worker == WorkerDeclaration(
        build=("go", "build", "-o", "my worker", "."),
        folder="back",
        sources=("back", "c/*.json"),
        command=("./my worker", "--dry-run"),
        protocol="frames",
        line=3,
    )


def test_a_worker_elsewhere(tmp_path: Path) -> None:
    worker = read(tmp_path, "worker: {address: 'http://127.0.0.1:8080', protocol: http}\n").worker

    assert worker == WorkerDeclaration(protocol="http", address="http://127.0.0.1:8080", line=3)


def test_an_error_contract(tmp_path: Path) -> None:
    """
    Properties are pointers or bare names; the contracts are those with the role response unless others are named.
    """
    text = "errors:\n  where: {ok: false, /a~1b: 1}\n  required: [ok, /fault/code]\n  type: /fault/code\n  message: why\n  retryable: again\n  rejects: [bad]\n  retry: {bad: final, busy: backoff, odd: {decision: retry, retryable: false}}\n"
    errors = read(tmp_path, text).errors

    assert errors == ErrorContract(
        contracts=("tell",),
        where=(("/ok", False), ("/a~1b", 1)),
        required=("/ok", "/fault/code"),
        error_type="/fault/code",
        message="/why",
        retryable="/again",
        rejects=("bad",),
        retry=(
            RetryDecision("bad", "final", False),
            RetryDecision("busy", "backoff", True),
            RetryDecision("odd", "retry", False),
        ),
        line=3,
    )
    fault = {"ok": False, "a/b": 1, "fault": {"code": "bad"}}
    assert errors.applies_to(fault)
    assert errors.is_rejection(fault)
    assert not errors.is_rejection({**fault, "fault": {"code": "busy"}})
    assert not errors.applies_to({**fault, "ok": True})
    assert not errors.applies_to({**fault, "ok": 0})
    assert not errors.applies_to([])


def test_every_error_rejects_where_no_type_does(tmp_path: Path) -> None:
    errors = read(tmp_path, "errors: {where: {ok: false}}\n").errors

    assert errors is not None
    assert errors.is_rejection({"ok": False})


def test_a_retry_table_of_its_own(tmp_path: Path) -> None:
    """
    It is read when its decisions are needed, with whatever else it says.
    """
    (tmp_path / "retry.yaml").write_text(
        "error_types:\n  bad: {decision: final, because: it is bad}\n  busy: retry\nelse: 1\n"
    )
    errors = read(tmp_path, "errors: {contract: ask, where: {ok: false}, type: code, retry: retry.yaml}\n").errors

    assert errors is not None
    assert (errors.contracts, errors.retry, errors.retry_file) == (("ask",), (), "retry.yaml")
    assert retry_decisions(Folder(tmp_path), errors) == (
        RetryDecision("bad", "final", False),
        RetryDecision("busy", "retry", True),
    )


def test_a_rejection_that_the_table_of_its_own_lacks(tmp_path: Path) -> None:
    (tmp_path / "retry.yaml").write_text("error_types: {bad_order: final}\n")
    with pytest.raises(InputError) as caught:
        read(tmp_path, "errors: {where: {ok: false}, type: code, rejects: [bad_ordr], retry: retry.yaml}\n")

    assert (
        "3:52: rejects names the error type 'bad_ordr'"
        in f"{caught.value.line}:{caught.value.column}: {caught.value.message}"
    )
    assert caught.value.remedy == "Did you mean 'bad_order'?"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("types: {}\n", "retry.yaml:1:1: the key 'error_types' is missing"),
        ("error_types: {}\n", "retry.yaml:1:1: it names no error type"),
        ("error_types:\n  bad: {because: x}\n", "retry.yaml:2:3: the key 'decision' is missing"),
        ("error_types:\n  bad: {decision: never}\n", "retry.yaml:2:9: expected one of final, retry, backoff, breaker"),
        ("error_types:\n  bad: 5\n", "retry.yaml:2:3: expected one of final"),
    ],
)
def test_a_retry_table_of_another_form(tmp_path: Path, table: str, told: str) -> None:
    (tmp_path / "retry.yaml").write_text(table)
    errors = read(tmp_path, "errors: {where: {ok: false}, type: code, retry: retry.yaml}\n").errors
    assert errors is not None
    with pytest.raises(InputError) as caught:
        retry_decisions(Folder(tmp_path), errors)

    assert told in str(caught.value)
    assert "under error_types: to its decision" in str(caught.value)


def test_a_checklist(tmp_path: Path) -> None:
    text = "checklist:\n  - {item: sunsets, days: [7]}\n  - {item: ci-enforces, files: [.ci], runs: make check, title: CI}\n  - {title: Load, command: make load, timeout: 2.5}\n  - {title: Eyes, confirm: Look.}\n"

    assert read(tmp_path, text).checklist == (
        ChecklistEntry(item="sunsets", days=(7,), line=4),
        ChecklistEntry(item="ci-enforces", title="CI", files=(".ci",), runs="make check", line=5),
        ChecklistEntry(title="Load", command=("make", "load"), timeout=2.5, line=6),
        ChecklistEntry(title="Eyes", confirm="Look.", line=7),
    )


CASES = {
    "no worker": (
        "worker: {protocol: lines}\n",
        "3:1: it needs one of command or address",
        "has a command, or the address",
    ),
    "two workers": ("worker: {command: a, address: 'http://b'}\n", "a command or an address, not both", "Keep one"),
    "a slip": ("worker: {comand: a, command: b}\n", "unknown key 'comand'", "'command'"),
    "no program": ("worker: {command: ''}\n", "'' does not fit here", "a program and its arguments"),
    "only spaces": ("worker: {command: '  '}\n", "3:10: the command is empty", "Name a program"),
    "an open quotation": ('worker: {command: "a \'b"}\n', "cannot be split into arguments", "Close the quotation"),
    "a number as an argument": (
        "worker: {command: [a, 1]}\n",
        "expected a text, found the number 1",
        "Put it in quotes",
    ),
    "another protocol": (
        "worker: {command: a, protocol: smoke}\n",
        "'smoke' does not fit",
        "auto, frames, lines, http",
    ),
    "http by a command": (
        "worker: {command: a, protocol: http}\n",
        "3:22: a worker with a command does not speak http",
        "address",
    ),
    "a build elsewhere": ("worker: {address: 'http://b', build: make}\n", "neither built nor run here", "Remove build"),
    "no address": ("worker: {address: 'ftp://b'}\n", "'ftp://b' does not fit", "http://127.0.0.1:8080"),
    "a folder outside": (
        "worker: {command: a, folder: ../b}\n",
        "3:22: the path '../b' leads out of the repository",
        "stays below it",
    ),
    "a source outside": (
        "worker: {command: a, sources: [/etc]}\n",
        "the path '/etc' leads out of the repository",
        "stays below it",
    ),
    "no errors": ("errors: {required: [a]}\n", "3:1: the key 'where' is missing", "The error contract"),
    "nowhere": ("errors: {where: {}}\n", "there is nothing in it", "What tells an error"),
    "another contract": (
        "errors: {contract: tel, where: {a: 1}}\n",
        "errors names 'tel', which is no contract",
        "'tell'",
    ),
    "one of the contracts": (
        "errors: {contract: [tell, x], where: {a: 1}}\n",
        "errors names 'x'",
        "There is: ask, tell",
    ),
    "decisions without types": ("errors: {where: {a: 1}, retry: {b: final}}\n", "no property holds it", "'type:'"),
    "rejections without types": ("errors: {where: {a: 1}, rejects: [b]}\n", "no property holds it", "'type:'"),
    "another decision": (
        "errors: {where: {a: 1}, type: t, retry: {b: maybe}}\n",
        "'maybe' does not fit",
        "final, retry, backoff, breaker",
    ),
    "no table": (
        "errors: {where: {a: 1}, type: t, retry: r.yaml}\n",
        "3:34: there is no retry table r.yaml",
        "add the file",
    ),
    "a table outside": (
        "errors: {where: {a: 1}, type: t, retry: ../r.yaml}\n",
        "leads out of the manifest's folder",
        "below it",
    ),
    "an empty item": ("checklist: [{title: x}]\n", "3:13: it needs one of", "A built-in item by its id"),
    "an item without a title": ("checklist: [{command: x}]\n", "it needs one of", "a title with a command"),
    "another item": (
        "checklist: [{item: sunset}]\n",
        "3:14: there is no built-in item 'sunset'",
        "Did you mean 'sunsets'?",
    ),
    "an item like no other": ("checklist: [{item: xyz}]\n", "no built-in item 'xyz'", "There is: versioned-messages, "),
    "a rejection that is not decided": (
        "errors: {where: {a: 1}, type: t, rejects: [bda], retry: {bad: final}}\n",
        "3:44: rejects names the error type 'bda', which the retry table lacks",
        "There is: bad.",
    ),
    "two kinds": (
        "checklist: [{item: sunsets, confirm: x}]\n",
        "built in, a command, or confirmed by a person",
        "Keep one",
    ),
    "twice": ("checklist: [{item: sunsets}, {item: sunsets}]\n", "3:30: the item sunsets is listed twice", "Keep one"),
    "the parameter of another item": (
        "checklist: [{item: sunsets, runs: x}]\n",
        "3:29: sunsets has no parameter 'runs'",
        "It takes days.",
    ),
    "a timeout for a person": (
        "checklist: [{title: x, confirm: y, timeout: 5}]\n",
        "this item has no parameter 'timeout'",
        "It takes none.",
    ),
    "a timeout of nothing": (
        "checklist: [{title: x, command: y, timeout: 0}]\n",
        "the number 0 does not fit",
        "60 by default",
    ),
    "files outside": (
        "checklist: [{item: ci-enforces, files: [../x]}]\n",
        "leads out of the repository",
        "stays below it",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_makes_no_sense_is_refused(tmp_path: Path, case: str) -> None:
    """
    With its line, and what would be right.
    """
    text, message, remedy = CASES[case]
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)

    assert message in f"{caught.value.line}:{caught.value.column}: {caught.value.message}"
    assert remedy in (caught.value.remedy or "")


def test_errors_in_a_manifest_without_responses(tmp_path: Path) -> None:
    (tmp_path / "ask.v1.json").write_text("{}")
    (tmp_path / "contracts.yaml").write_text(
        "schemadiff: 1\ncontracts: {ask: {versions: {v1: }}}\nerrors: {where: {a: 1}}\n"
    )
    with pytest.raises(InputError, match="3:1: no contract has the role response"):
        load_catalog(Folder(tmp_path), "")
