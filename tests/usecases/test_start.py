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

    assert run("init", "--as-of", "2026-11-23") == 0
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
