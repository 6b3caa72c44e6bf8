"""
The GitHub Action, by running the scripts of its steps as the runner does: expressions filled in, env set, bash called.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent.parent / "publish"))
from fake_github import TOKEN, GitHub, serving

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
ORDER = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
NARROW = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}
WIDER = {"type": "object", "properties": {"n": {"type": "integer"}, "note": {"type": "string"}}, "required": ["n"]}
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


class Ran(NamedTuple):
    """
    What a run of the action left behind.
    """

    code: int
    log: str
    summary: str
    outputs: dict[str, str]


class Runner:
    """
    As much of a runner as the action needs: contexts, step outputs, a job summary.
    """

    def __init__(self, folder: Path, repository: Path, api: str) -> None:
        self.folder, self.repository, self.api = folder, repository, api
        tool = folder / "temp" / "schemadiff" / "venv" / "bin"
        tool.mkdir(parents=True)
        self.calls = folder / "calls"
        program = f'#!/bin/sh\necho "$1" >>"{self.calls}"\nexec "{BIN / "schemadiff"}" "$@"\n'
        (tool / "schemadiff").write_text(program)
        (tool / "schemadiff").chmod(0o755)

    def run(self, *, head_repository: str = "o/r", base_ref: str = "main", **inputs: str) -> Ran:
        stated = {name.replace("_", "-"): value for name, value in inputs.items()}
        values = {f"inputs.{name}": str(each.get("default", "")) for name, each in ACTION["inputs"].items()}
        values |= {f"inputs.{name}": value for name, value in stated.items()}
        values |= {"inputs.token": TOKEN, "runner.temp": str(self.folder / "temp"), "github.base_ref": base_ref}
        values |= {"github.repository": "o/r", "github.event.pull_request.head.repo.full_name": head_repository}
        values |= {"github.action_path": str(ROOT)}
        outputs: dict[str, str] = {}
        logs, failed, code = [], False, 0
        for number, step in enumerate(STEPS[1:]):
            if not self._wanted(step.get("if"), failed, outputs):
                continue
            done = self._step(step, number, values, outputs)
            logs.append(done.stdout + done.stderr)
            if done.returncode:
                failed, code = True, code or done.returncode
        summary = self.folder / "summary"
        return Ran(code, "\n".join(logs), summary.read_text() if summary.exists() else "", outputs)

    @staticmethod
    def _wanted(condition: str | None, failed: bool, outputs: dict[str, str]) -> bool:
        if condition is None:
            return not failed
        assert condition == "${{ !cancelled() && steps.check.outputs.report != '' }}"
        return bool(outputs.get("report"))

    def _step(
        self, step: dict[str, Any], number: int, values: dict[str, str], outputs: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        def fill(found: re.Match[str]) -> str:
            name = found[1]
            return outputs.get(name.rpartition(".")[2], "") if name.startswith("steps.") else values[name]

        written = self.folder / f"output-{number}"
        written.touch()
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment |= {name: _EXPRESSION.sub(fill, str(text)) for name, text in step["env"].items()}
        environment |= {"GITHUB_OUTPUT": str(written), "GITHUB_STEP_SUMMARY": str(self.folder / "summary")}
        environment |= {"GITHUB_REPOSITORY": "o/r", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_API_URL": self.api}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        outputs.update(line.split("=", 1) for line in written.read_text().splitlines())
        return done


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def write(folder: Path, schema: object) -> None:
    (folder / "contracts").mkdir(exist_ok=True)
    (folder / "contracts" / "order.v1.json").write_text(json.dumps(schema))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """
    A checkout of a pull request: a branch, and the main branch as the remote has it.
    """
    here = tmp_path / "checkout"
    here.mkdir()
    git(here, "init", "-q", "-b", "main")
    write(here, ORDER)
    git(here, "add", ".")
    git(here, "commit", "-qm", "Start")
    git(here, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(here, "switch", "-qc", "change")
    return here


def test_a_breaking_pull_request_fails_and_is_told_so(tmp_path: Path, repository: Path) -> None:
    """
    In a comment, in annotations, in SARIF, and by the exit code; it is judged once.
    """
    write(repository, NARROW)
    git(repository, "commit", "-qam", "Narrow")
    with serving(GitHub()) as hub:
        runner = Runner(tmp_path, repository, hub.url)
        ran = runner.run(sarif="out.sarif")

    assert runner.calls.read_text().split() == ["check", "render", "render", "comment"]
    assert (ran.code, ran.outputs["exit-code"]) == (1, "1"), ran.log
    assert "::error file=contracts/order.v1.json" in ran.log
    assert json.loads((repository / "out.sarif").read_text())["version"] == "2.1.0"
    assert json.loads(Path(ran.outputs["report"]).read_text())["comparisons"]
    (comment,) = hub.comments.values()
    assert "minimum-raised" in comment["body"]
    assert ran.summary == ""


def test_an_additive_pull_request_from_a_fork_passes_and_fills_the_summary(tmp_path: Path, repository: Path) -> None:
    """
    Its token may not comment, so nothing is asked of the service.
    """
    write(repository, WIDER)
    git(repository, "commit", "-qam", "Widen")
    with serving(GitHub()) as hub:
        ran = Runner(tmp_path, repository, hub.url).run(head_repository="somebody/r")

    assert ran.code == 0, ran.log
    assert hub.requests == []
    assert "optional-property-added" in ran.summary


def test_a_pull_request_that_touches_no_contract_raises_no_alarm(tmp_path: Path, repository: Path) -> None:
    """
    Most pull requests are of this kind.
    """
    (repository / "notes.txt").write_text("nothing")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Note")

    ran = Runner(tmp_path, repository, "http://127.0.0.1:9").run(comment="false")

    assert ran.code == 0, ran.log
    assert "::error" not in ran.log


def test_a_push_is_judged_by_the_commit_before(tmp_path: Path, repository: Path) -> None:
    """
    There is no pull request to comment on.
    """
    write(repository, NARROW)
    git(repository, "commit", "-qam", "Narrow")

    ran = Runner(tmp_path, repository, "http://127.0.0.1:9").run(head_repository="", base_ref="", fail_on="never")

    assert ran.code == 0, ran.log
    assert "minimum-raised" in ran.summary


def test_bad_input_fails_with_its_own_code(tmp_path: Path, repository: Path) -> None:
    """
    A base that was not fetched says what to do; a broken schema says where it is broken.
    """
    runner = Runner(tmp_path, repository, "http://127.0.0.1:9")
    missing = runner.run(base_ref="gone")
    (repository / "contracts" / "order.v1.json").write_text("{")
    git(repository, "commit", "-qam", "Break")
    broken = runner.run(comment="false")

    assert missing.code == 4
    assert "fetch-depth: 0" in missing.log
    assert broken.code == 4
    assert "contracts/order.v1.json" in broken.log + broken.summary


def test_hostile_inputs_are_words_and_never_commands(tmp_path: Path, repository: Path) -> None:
    """
    Whatever a branch or an input is called.
    """
    evil = "$(touch owned)`touch owned`\"; touch owned; '"
    runner = Runner(tmp_path, repository, "http://127.0.0.1:9")

    runner.run(base=evil)
    runner.run(base_ref=evil)
    runner.run(base="--upload-pack=touch owned")
    runner.run(head=evil, contracts=evil, fail_on=evil, rules=evil)
    told = runner.run(sarif=evil, comment=evil, head_repository=evil)

    assert not list(tmp_path.rglob("owned"))
    assert told.summary


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step["name"]))
def test_a_linter_of_scripts_finds_nothing(step: dict[str, Any]) -> None:
    done = subprocess.run(
        ["shellcheck", "--shell=bash", "-"], input=step["run"], capture_output=True, text=True, check=False
    )

    assert done.stdout == ""


def test_no_script_holds_an_expression() -> None:
    """
    Expressions are pasted before the shell reads the script, so they may stand in ``env`` only.
    """
    for step in STEPS:
        assert "${{" not in step["run"]
        subprocess.run(["bash", "-n", "-c", step["run"]], check=True)
    assert set(ACTION["inputs"]) >= {"base", "head", "fail-on", "rules", "comment", "sarif"}
    assert all("default" in each and each["description"] for each in ACTION["inputs"].values())
    assert [step["name"] for step in STEPS if "GITHUB_TOKEN" in step["env"]] == ["Tell the outcome"]
