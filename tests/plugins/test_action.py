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
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent.parent / "publish"))
from fake_github import TOKEN, GitHub, serving

ROOT = Path(__file__).parent.parent.parent
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


SHIM = """
import json, os, sys
with open(os.environ["SCHEMADIFF_CALLS"], "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
os.execv({python!r}, [{python!r}, "-I", "-m", "schemadiff", *sys.argv[1:]])
"""


def wheel(folder: Path) -> Path:
    """
    A package that calls the one under test, and can be installed without a network.
    """
    info = "schemadiff_contracts-0.0.1.dist-info"
    files = {
        "schemadiff/__init__.py": "",
        "schemadiff/__main__.py": SHIM.format(python=sys.executable),
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: schemadiff-contracts\nVersion: 0.0.1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    path = folder / "schemadiff_contracts-0.0.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


class Runner:
    """
    As much of a runner as the action needs: contexts, step outputs, a job summary.

    Arguments:
        home: what the first step has installed already; None to run that step as well.
    """

    def __init__(self, folder: Path, repository: Path, api: str, home: str | None = None) -> None:
        self.folder, self.repository, self.api, self.home = folder, repository, api, home
        self.temp = folder / "temp"
        self.temp.mkdir(exist_ok=True)
        self.calls_file = folder / "calls"
        self.environments: dict[str, dict[str, str]] = {}
        self.variables: dict[str, str] = {}

    @property
    def calls(self) -> list[list[str]]:
        """
        The arguments of each call of schemadiff.
        """
        lines = self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
        return [json.loads(line) for line in lines]

    def run(self, *, head_repository: str = "o/r", base_ref: str = "main", **inputs: str) -> Ran:
        stated = {name.replace("_", "-"): value for name, value in inputs.items()}
        values = {f"inputs.{name}": str(each.get("default", "")) for name, each in ACTION["inputs"].items()}
        values |= {f"inputs.{name}": value for name, value in stated.items()}
        values |= {"inputs.token": TOKEN, "runner.temp": str(self.temp)}
        values |= {"github.repository": "o/r", "github.event.pull_request.head.repo.full_name": head_repository}
        values |= {"github.action_path": str(self.folder / "schemadiff_contracts-0.0.1-py3-none-any.whl")}
        outputs: dict[str, str] = {}
        steps = STEPS
        if self.home is not None:
            outputs["home"], steps = self.home, STEPS[1:]
        else:
            wheel(self.folder)
        logs, failed, code = [], False, 0
        for step in steps:
            if not self._wanted(step.get("if"), failed, outputs):
                continue
            done = self._step(step, values, outputs, base_ref)
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
        self, step: dict[str, Any], values: dict[str, str], outputs: dict[str, str], base_ref: str
    ) -> subprocess.CompletedProcess[str]:
        def fill(found: re.Match[str]) -> str:
            name = found[1]
            return outputs.get(name.rpartition(".")[2], "") if name.startswith("steps.") else values[name]

        written = self.folder / f"output-{STEPS.index(step)}"
        written.write_text("")
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment |= self.variables
        environment |= {name: _EXPRESSION.sub(fill, str(text)) for name, text in step["env"].items()}
        environment |= {"GITHUB_OUTPUT": str(written), "GITHUB_STEP_SUMMARY": str(self.folder / "summary")}
        environment |= {"GITHUB_REPOSITORY": "o/r", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_API_URL": self.api}
        environment |= {"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_BASE_REF": base_ref}
        environment |= {"SCHEMADIFF_CALLS": str(self.calls_file)}
        self.environments[step["name"]] = environment
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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """
    What the first step of the action installs.
    """
    folder = tmp_path_factory.mktemp("installed")
    runner = Runner(folder, folder, "")
    wheel(folder)
    outputs: dict[str, str] = {}
    values = {"runner.temp": str(runner.temp), "github.action_path": str(next(folder.glob("*.whl")))}
    done = runner._step(STEPS[0], values, outputs, "")
    assert done.returncode == 0, done.stderr
    return outputs["home"]


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


def test_a_breaking_pull_request_fails_and_is_told_so(tmp_path: Path, repository: Path, home: str) -> None:
    """
    In a comment, in annotations, in SARIF, and by the exit code; it is judged once.
    """
    write(repository, NARROW)
    git(repository, "commit", "-qam", "Narrow")
    with serving(GitHub()) as hub:
        runner = Runner(tmp_path, repository, hub.url, home)
        ran = runner.run(sarif="out.sarif")

    assert [words[0] for words in runner.calls] == ["check", "render", "render", "comment"]
    assert (ran.code, ran.outputs["exit-code"]) == (1, "1"), ran.log
    assert "::error file=contracts/order.v1.json" in ran.log
    assert json.loads((repository / "out.sarif").read_text())["version"] == "2.1.0"
    assert json.loads(Path(ran.outputs["report"]).read_text())["comparisons"]
    (comment,) = hub.comments.values()
    assert "minimum-raised" in comment["body"]
    assert ran.summary == ""


def test_an_additive_pull_request_from_a_fork_fills_the_summary(tmp_path: Path, repository: Path, home: str) -> None:
    """
    Its token may not comment, so nothing is asked of the service.
    """
    write(repository, WIDER)
    git(repository, "commit", "-qam", "Widen")
    with serving(GitHub()) as hub:
        ran = Runner(tmp_path, repository, hub.url, home).run(head_repository="somebody/r")

    assert ran.code == 0, ran.log
    assert hub.requests == []
    assert "optional-property-added" in ran.summary


def test_a_pull_request_that_touches_no_contract_raises_no_alarm(tmp_path: Path, repository: Path, home: str) -> None:
    """
    Most pull requests are of this kind.
    """
    (repository / "notes.txt").write_text("nothing")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Note")

    ran = Runner(tmp_path, repository, "http://127.0.0.1:9", home).run(comment="false")

    assert ran.code == 0, ran.log
    assert "::error" not in ran.log


def test_a_push_is_judged_by_the_commit_before(tmp_path: Path, repository: Path, home: str) -> None:
    """
    There is no pull request to comment on.
    """
    write(repository, NARROW)
    git(repository, "commit", "-qam", "Narrow")

    ran = Runner(tmp_path, repository, "http://127.0.0.1:9", home).run(head_repository="", base_ref="", fail_on="never")

    assert ran.code == 0, ran.log
    assert "minimum-raised" in ran.summary


def test_bad_input_fails_with_its_own_code(tmp_path: Path, repository: Path, home: str) -> None:
    """
    A base that was not fetched says what to do; a broken schema says where it is broken.
    """
    runner = Runner(tmp_path, repository, "http://127.0.0.1:9", home)
    missing = runner.run(base_ref="gone")
    (repository / "contracts" / "order.v1.json").write_text("{")
    git(repository, "commit", "-qam", "Break")
    broken = runner.run(comment="false")

    assert missing.code == 4
    assert "fetch-depth: 0" in missing.log
    assert broken.code == 4
    assert "contracts/order.v1.json" in broken.log + broken.summary


def test_hostile_inputs_are_words_and_never_commands(tmp_path: Path, repository: Path, home: str) -> None:
    """
    Whatever a branch or an input is called.
    """
    write(repository, WIDER)
    git(repository, "commit", "-qam", "Widen")
    evil = "$(touch owned)`touch owned`\"; touch owned; '"
    runner = Runner(tmp_path, repository, "http://127.0.0.1:9", home)

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
    assert [step["name"] for step in STEPS if "GITHUB_TOKEN" in step["env"]] == ["Publish the report"]


def test_accepted_fingerprints_are_passed_on_one_by_one(tmp_path: Path, repository: Path, home: str) -> None:
    runner = Runner(tmp_path, repository, "http://127.0.0.1:9", home)
    runner.run(accept="  0123abcd\n89abcdef *\t$(touch owned)\n", comment="false")

    words = [word for word in runner.calls[0] if word.startswith("--accept")]
    assert words == [f"--accept={each}" for each in ("0123abcd", "89abcdef", "*", "$(touch", "owned)")]
    assert not list(tmp_path.rglob("owned"))


MODULES = (
    *("venv", "shutil", "json", "os", "re", "sitecustomize", "usercustomize", "ensurepip", "pip", "encodings", "types"),
    *(
        "schemadiff",
        "click",
        "yaml",
        "jsonschema",
        "subprocess",
        "tempfile",
        "runpy",
        "logging",
        "hatchling",
        "tomllib",
    ),
)
PROGRAMS = ("python", "python3", "pip", "git", "go", "bash", "mktemp", "schemadiff")


def hostile(repository: Path, mark: Path) -> None:
    """
    Put everything into a checkout that somebody might run by mistake.
    """
    note = f"open({str(mark)!r}, 'a').write(__file__ + chr(10))\n"
    for name in MODULES:
        (repository / f"{name}.py").write_text(note)
        (repository / "packages" / name).mkdir(parents=True)
        (repository / "packages" / name / "__init__.py").write_text(note)
        (repository / "packages" / name / "__main__.py").write_text(note)
    for name in PROGRAMS:
        (repository / name).write_text(f'#!/bin/sh\necho "$0" >>"{mark}"\n')
        (repository / name).chmod(0o755)
    (repository / "setup.py").write_text(note)
    (repository / "evil.pth").write_text(f"import os; {note}")
    build = '[build-system]\nrequires = []\nbuild-backend = "json"\nbackend-path = ["."]\n'
    (repository / "pyproject.toml").write_text(build)
    (repository / "pip.conf").write_text("[global]\nindex-url = http://127.0.0.1:9/\n[install]\ntarget = .\n")
    (repository / "setup.cfg").write_text("[install]\nprefix = .\n")
    (repository / ".gitattributes").write_text("* filter=evil diff=evil\n")
    (repository / "report.json").write_text('{"kind": "comparison", "comparisons": []}')
    (repository / ".report.json.part").symlink_to(mark)
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit"):
        (repository / ".git/hooks" / name).write_text(f'#!/bin/sh\necho "$0" >>"{mark}"\n')
        (repository / ".git/hooks" / name).chmod(0o755)
    for key in ("filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "core.fsmonitor"):
        git(repository, "config", key, f"echo {key} >>{mark}; cat")


def test_nothing_of_a_hostile_checkout_runs(tmp_path: Path, repository: Path) -> None:
    """
    Whatever the job's variables say about Python: the break is found, and nothing of the checkout sees the token.
    """
    mark = tmp_path / "ran"
    write(repository, NARROW)
    git(repository, "commit", "-qam", "Narrow")
    hostile(repository, mark)
    with serving(GitHub()) as hub:
        runner = Runner(tmp_path, repository, hub.url)
        runner.variables = {"PYTHONPATH": f"{repository}:{repository}/packages"}
        ran = runner.run(sarif=str(tmp_path / "out.sarif"))

    assert not mark.exists(), mark.read_text()
    assert (ran.code, ran.outputs["exit-code"]) == (1, "1"), ran.log
    (comment,) = hub.comments.values()
    assert "minimum-raised" in comment["body"]
    assert TOKEN not in ran.log + ran.summary
    holders = [name for name, environment in runner.environments.items() if TOKEN in environment.values()]
    assert holders == ["Publish the report"]


def test_a_hostile_checkout_would_run_if_python_started_in_it(tmp_path: Path, repository: Path) -> None:
    """
    Else the test above would hold for any script.
    """
    mark = tmp_path / "ran"
    hostile(repository, mark)
    subprocess.run(
        [sys.executable, "-m", "venv", str(tmp_path / "venv")], cwd=repository, check=False, capture_output=True
    )
    assert str(repository) in mark.read_text()

    mark.unlink()
    git(repository, "status")
    assert "core.fsmonitor" in mark.read_text()
