"""
The hooks through the real pre-commit, on a repository of their own.

The hooks' words come from ``.pre-commit-hooks.yaml``; only the language is ``system``, since an environment of their
own takes longer to install than all other tests together.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
ORDER = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
NARROW = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    A repository with one contract and the hooks, as a user's configuration would name them.
    """
    for name in [each for each in os.environ if each.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "somebody")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "somebody@example.com")
    here = tmp_path / "repository"
    (here / "contracts").mkdir(parents=True)
    write(here, ORDER)
    hooks = [{**hook, "language": "system"} for hook in HOOKS]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (here / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "Start"]):
        subprocess.run(["git", *words], cwd=here, check=True)
    subprocess.run(["pre-commit", "install"], cwd=here, check=True, capture_output=True)
    return here


def write(here: Path, schema: object) -> None:
    (here / "contracts" / "order.v1.json").write_text(json.dumps(schema))


def commit(here: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "commit", "-m", "Change", *words], cwd=here, capture_output=True, text=True, check=False
    )


def test_a_breaking_commit_is_stopped_with_the_payload(repository: Path) -> None:
    """
    And stays staged, so that it can be mended.
    """
    write(repository, NARROW)

    done = commit(repository, "-a")

    assert done.returncode != 0
    assert "contracts keep their promises" in done.stderr
    assert "payload: {" in done.stderr


def test_only_what_is_staged_counts(repository: Path) -> None:
    """
    A break in the working tree does not stop the commit of another file.
    """
    write(repository, {**ORDER, "title": "An order"})
    subprocess.run(["git", "add", "."], cwd=repository, check=True)
    write(repository, NARROW)

    done = commit(repository)

    assert done.returncode == 0, done.stderr
    assert json.loads((repository / "contracts" / "order.v1.json").read_text()) == NARROW


def test_other_files_do_not_run_the_hooks(repository: Path) -> None:
    (repository / "notes.txt").write_text("nothing")
    subprocess.run(["git", "add", "."], cwd=repository, check=True)

    done = commit(repository)

    assert done.returncode == 0
    assert done.stderr.count("Skipped") == len(HOOKS)


def test_the_lint_hook_takes_other_folders(repository: Path) -> None:
    """
    By ``args``, where schemas are no contracts.
    """
    (repository / "schemas").mkdir()
    (repository / "schemas" / "a.json").write_text('{"type": "strin"}')
    config = repository / ".pre-commit-config.yaml"
    stated = yaml.safe_load(config.read_text())
    stated["repos"][0]["hooks"][1]["args"] = ["schemas"]
    config.write_text(yaml.safe_dump(stated))
    subprocess.run(["git", "add", "."], cwd=repository, check=True)

    done = subprocess.run(
        ["pre-commit", "run", "schemadiff-lint"], cwd=repository, capture_output=True, text=True, check=False
    )

    assert done.returncode != 0
    assert "schemas/a.json:1:" in done.stdout


def test_the_hooks_file_is_one_that_pre_commit_takes() -> None:
    subprocess.run([str(BIN / "pre-commit"), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], check=True)
