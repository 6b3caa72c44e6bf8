"""
Contracts are found from any folder, and wherever the command line says that they are.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from gated import MANIFEST, NARROW, Repository, schema

from schemadiff.cli.main import main

WORKER = """
import json, sys
for line in sys.stdin:
    print(json.dumps({"status": "ok"}), flush=True)
"""
COMMANDS = [["graph"], ["v1", "v2"], ["lint"], ["retire", "job@v1"], ["generate", "job@v1"], ["lint", "."]]


@pytest.fixture
def where(tmp_path: Path) -> Path:
    repository = Repository(tmp_path)
    repository.write("contracts/job.v1.json", schema())
    repository.write("contracts/job.v2.json", schema("v2", **NARROW))
    repository.write("contracts/contracts.yaml", MANIFEST + "      v2: {published: 2026-10-05}\nfixtures: fixtures\n")
    fixture = {"name": "one", "contract": "job", "version": "v1", "payload": json.dumps({"schema_version": "v1"})}
    repository.write("contracts/fixtures/job.ndjson", json.dumps(fixture) + "\n")
    repository.write("services/mail/main.py", WORKER)
    repository.commit()
    return tmp_path


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main([*words])
    return int(ended.value.code or 0)


@pytest.mark.parametrize("words", COMMANDS[:5], ids=" ".join)
@pytest.mark.parametrize("folder", [".", "contracts", "services/mail", "contracts/fixtures"])
def test_every_command_searches_upwards(
    where: Path, folder: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(where)
    expected = (run(*words), capsys.readouterr().out)
    monkeypatch.chdir(where / folder)

    assert (run(*words), capsys.readouterr().out) == expected


@pytest.mark.parametrize("words", COMMANDS[:5], ids=" ".join)
@pytest.mark.parametrize("how", ["..", "absolute", "manifest", "link"])
@pytest.mark.parametrize("repository", [True, False])
def test_contracts_may_be_named_from_anywhere(
    where: Path,
    words: list[str],
    how: str,
    repository: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """
    From a folder of the same repository, and from one outside of it.
    """
    monkeypatch.chdir(where)
    expected = run(*words)
    counted = len(capsys.readouterr().out.splitlines())
    here = where / "services/mail" if repository else tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(here)
    named = where / "contracts" if how == "absolute" else Path(os.path.relpath(where / "contracts"))
    if how == "manifest":
        named /= "contracts.yaml"
    if how == "link":
        (where / "again").symlink_to("contracts")
        named = Path(os.path.relpath(where / "again"))

    assert run(*words, "--contracts", str(named)) == expected
    assert len(capsys.readouterr().out.splitlines()) == counted


@pytest.mark.parametrize("contracts", [[], ["--contracts", "../../contracts"]])
def test_a_replay_finds_its_messages_from_below(
    where: Path, contracts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def total(folder: str, *words: str) -> int:
        monkeypatch.chdir(where / folder)
        out = where / "out.json"
        code = run("replay", "--worker", f"python3 {where}/services/mail/main.py", *words, "-f", "json", "-o", str(out))
        assert code in (0, 5)
        return int(json.loads(out.read_text())["total"])

    assert total("services/mail", *contracts) == total(".") > 0


@pytest.mark.parametrize("named", ["../../contracts", "{where}/contracts", "../../contr*"])
def test_the_gate_takes_a_folder_relative_or_absolute(where: Path, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (where / "contracts/job.v1.json").write_text(json.dumps(schema(**NARROW)))
    monkeypatch.chdir(where / "services/mail")

    assert run("check", "--against", "HEAD", "--contracts", named.format(where=where)) == 1
    assert run("files", "--contracts", named.format(where=where)) == 0
    assert run("files", "--contracts", "../../services") == 4
