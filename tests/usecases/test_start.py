"""
A first setup, in an empty repository and in one that has schemas.
"""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from schemadiff.catalog import load_catalog
from schemadiff.cli.main import main
from schemadiff.errors import InputError, UsageError
from schemadiff.options import Options
from schemadiff.sources import Folder
from schemadiff.sources.yaml_text import loads_yaml
from schemadiff.usecases.init.scaffold import scaffold
from schemadiff.usecases.lint import lint
from schemadiff.workspace import Workspace

DAY = date(2026, 11, 23)


def opened(folder: Path, *, as_of: date = DAY, contracts: str | None = None) -> Workspace:
    return Workspace.open(folder, Options(as_of=as_of, contracts=contracts))


ORDER = {
    "type": "object",
    "properties": {"version": {"const": "1"}, "id": {"type": "string"}},
    "required": ["version", "id"],
}


def content(folder: Path) -> dict[str, str]:
    return {str(each.relative_to(folder)): each.read_text() for each in sorted(folder.rglob("*")) if each.is_file()}


def test_an_empty_repository_gets_everything_and_a_second_run_nothing(tmp_path: Path) -> None:
    done = scaffold(opened(tmp_path))
    first = content(tmp_path)
    assert {each.action for each in done.steps} == {"wrote"}
    assert set(first) == {
        ".github/workflows/contract-tests.yml",
        ".github/workflows/contracts.yml",
        ".pre-commit-config.yaml",
        "contracts/contracts.yaml",
        "contracts/fixtures/README.md",
        "contracts/order_request.v1.json",
        "contracts/order_response.v1.json",
        "contracttests/consumer_test.go",
        "contracttests/contract_test.go",
        "contracttests/go.mod",
        "contracttests/test_producer.py",
    }

    again = scaffold(opened(tmp_path, as_of=date(2027, 1, 1)))
    assert {each.action for each in again.steps} == {"kept"}
    assert content(tmp_path) == first


def test_what_is_written_is_what_the_tool_reads(tmp_path: Path) -> None:
    scaffold(opened(tmp_path))
    contract, answers = load_catalog(Folder(tmp_path), "contracts").contracts
    assert (contract.name, contract.role, contract.version_field) == ("order_request", "request", "/schema_version")
    assert (answers.name, answers.role, answers.promise) == ("order_response", "response", "forward")
    assert contract.versions[0].published == DAY
    assert lint(opened(tmp_path)).remarks == ()
    for path in (".github/workflows/contracts.yml", ".pre-commit-config.yaml"):
        loads_yaml((tmp_path / path).read_text())


def test_what_the_manifest_suggests_can_be_taken(tmp_path: Path) -> None:
    """
    Each commented part of the manifest is valid once its comment signs are gone.
    """
    scaffold(opened(tmp_path))
    manifest = tmp_path / "contracts/contracts.yaml"
    before, suggested = manifest.read_text().split("# How the worker", 1)
    keys = [line[2:] for line in suggested.splitlines() if re.match(r"# (?:  |worker:|errors:|checklist:)", line)]
    manifest.write_text(before + "\n".join(keys) + "\n")
    catalog = load_catalog(Folder(tmp_path), "contracts")

    assert catalog.worker is not None
    assert catalog.worker.command == ("./worker", "--dry-run")
    assert catalog.errors is not None
    assert [each.decision for each in catalog.errors.retry] == ["final", "backoff"]
    assert len(catalog.checklist or ()) == 4


def test_schemas_that_are_there_are_listed_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/order.json").write_text(json.dumps(ORDER))
    (tmp_path / ".pre-commit-config.yaml").write_text("repos: []\n")
    done = scaffold(opened(tmp_path, contracts="schemas"))
    (contract,) = load_catalog(Folder(tmp_path), "schemas").contracts

    assert (contract.name, contract.version_field) == ("order", "/version")
    assert [(each.name, each.path) for each in contract.versions] == [("v1", "schemas/order.json")]
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == "repos: []\n"
    assert any("schemadiff check --staged" in each for each in done.advice)
    assert not (tmp_path / "contracts").exists()


def test_a_manifest_that_cannot_be_read_stops_it(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/contracts.yaml").write_text("schemadiff: [")
    with pytest.raises(InputError):
        scaffold(opened(tmp_path))
    assert content(tmp_path) == {"contracts/contracts.yaml": "schemadiff: ["}


def test_the_gate_works_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> object:
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        return ended.value.code

    assert run("init", "--yes", "--as-of", "2026-11-23") == 0
    assert "Next:" in capfd.readouterr().out
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=t", "-c", "user.email=t@e", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    schema = tmp_path / "contracts/order_request.v1.json"
    schema.write_text(schema.read_text().replace("3600", "60"))
    assert run("check", "--against", "HEAD") == 1
    assert run("check", "--against", "HEAD", "--staged") == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 0, "timeout-without-maximum"),
        (("contracts/a.v1.json",), 0, "timeout-without-maximum"),
        (("--fail-on", "warning"), 1, "timeout-without-maximum"),
        (("contracts", "--fail-on", "warning"), 1, "timeout-without-maximum"),
        (("missing.json",), 4, "no such file"),
        (("..",), 4, "outside"),
        (("contracts/broken.json",), 4, "input-unreadable"),
        (("--config", "strict.toml"), 1, "timeout-without-maximum"),
    ],
)
def test_lint(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    (tmp_path / "contracts").mkdir()
    untidy = {"type": "object", "properties": {"retries": {"type": "integer"}}, "required": ["retries"]}
    (tmp_path / "contracts/a.v1.json").write_text(json.dumps(untidy))
    if "broken" in " ".join(words):
        (tmp_path / "contracts/broken.json").write_text("{")
    (tmp_path / "strict.toml").write_text('[levels]\ntimeout-without-maximum = "error"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["lint", *words])
    shown = capfd.readouterr()

    assert ended.value.code == code
    assert told in shown.out + shown.err


def test_lint_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder of contracts"):
        lint(opened(tmp_path))
    with pytest.raises(InputError):
        lint(opened(tmp_path), (".",))


LAYOUTS: list[tuple[list[str], list[str]]] = [
    (["schemas/x/order.v1.json", "schemas/y/item.v1.json"], ["schemas/contracts.yaml"]),
    (["x/order.v1.json", "y/item.v2.json", "plain.json"], ["contracts.yaml"]),
    (["x/order.v1.json", "y/order.v1.json"], ["x/contracts.yaml", "y/contracts.yaml"]),
    (["api/v1/order.json", "api/v2/order.json"], ["api/contracts.yaml"]),
    (
        ["contracts/my order.v1.json", "contracts/order@x.v1.json", "contracts/it-1.2.json"],
        ["contracts/contracts.yaml"],
    ),
]


@pytest.mark.parametrize(("files", "manifests"), LAYOUTS)
def test_contracts_that_are_there_are_taken_and_stay_guarded(
    tmp_path: Path, files: list[str], manifests: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    No example is written among them; the change that adopts what is written passes, and a break beside it fails.
    """
    monkeypatch.chdir(tmp_path)
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@e")
    for path in files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(json.dumps({**ORDER, "$schema": "https://json-schema.org/draft/2020-12/schema"}))
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True)
    done = scaffold(opened(tmp_path))
    wrote = [each.path for each in done.steps if each.action == "wrote"]
    assert [path for path in wrote if path.endswith("contracts.yaml")] == manifests
    assert not any("order_request" in path for path in wrote)

    def run(*words: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--as-of", "2026-11-23"])
        return int(ended.value.code or 0)

    assert run("check", "--against", "HEAD") == 0
    narrower = {**ORDER, "properties": {**ORDER["properties"], "id": {"type": "string", "maxLength": 3}}}  # type: ignore[dict-item]
    for path in files:
        before = (tmp_path / path).read_text()
        (tmp_path / path).write_text(json.dumps(narrower))
        assert run("check", "--against", "HEAD") == 1, path
        (tmp_path / path).write_text(before)
    for words in (["add", "-A"], ["commit", "-qm", "adopted"]):
        subprocess.run([*git, *words], check=True)
    for path in files:
        before = (tmp_path / path).read_text()
        (tmp_path / path).write_text(json.dumps(narrower))
        assert run("check", "--against", "HEAD") == 1, path
        (tmp_path / path).write_text(before)


def test_it_prints_and_asks_before_it_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for words, files in (([], 0), (["--yes"], 11), (["--yes"], 11), ([], 11)):
        with pytest.raises(SystemExit) as ended:
            main(["init", *words])
        told = capsys.readouterr().out
        assert ended.value.code == 0
        assert len(content(tmp_path)) == files
        assert "contracts/contracts.yaml" in told
        assert ("schemadiff init --yes" in told) is (files == 0)


def test_it_writes_all_files_or_none(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    here = tmp_path / "here"
    elsewhere.mkdir()
    here.mkdir()
    (here / ".github").symlink_to(elsewhere)
    with pytest.raises(InputError, match="leads out of the repository"):
        scaffold(opened(here))

    assert content(elsewhere) == {}
    assert content(here) == {}
