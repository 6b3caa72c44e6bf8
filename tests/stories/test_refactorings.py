"""
Somebody tidies a published contract without changing what it means, and nothing is raised.

Each story is a repository with the contracts of this one: a refactoring is applied to every version in the working
tree and compared with the last commit, file by file and by the gate.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
FILES = ("job_request.v1.json", "job_request.v2.json", "job_response.v1.json", "job_response.v2.json")


def everywhere(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], Any]:
    """
    Apply a change to every object of a document, innermost first.
    """

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return change({name: walk(member) for name, member in value.items()})
        return value

    return walk


def reordered(value: dict[str, Any]) -> dict[str, Any]:
    turned = dict(reversed(value.items()))
    for name in ("required", "enum"):
        if isinstance(turned.get(name), list):
            turned[name] = turned[name][::-1]
    return turned


def constant_as_enum(value: dict[str, Any]) -> dict[str, Any]:
    if isinstance(value.get("const"), str):
        return {("enum" if name == "const" else name): ([it] if name == "const" else it) for name, it in value.items()}
    return value


def older_holder(document: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(document).replace("#/$defs/", "#/definitions/")
    moved: dict[str, Any] = json.loads(text)
    moved["definitions"] = moved.pop("$defs")
    return moved


def behind_references(document: dict[str, Any]) -> dict[str, Any]:
    moved = {f"member_{name}": schema for name, schema in document["properties"].items()}
    document["properties"] = {name: {"$ref": f"#/$defs/member_{name}"} for name in document["properties"]}
    document["$defs"] = {**document["$defs"], **moved}
    return document


def in_one_branch(document: dict[str, Any]) -> dict[str, Any]:
    document["properties"] = {name: {"allOf": [schema]} for name, schema in document["properties"].items()}
    return document


REFACTORINGS: dict[str, Callable[[Any], Any]] = {
    "members in another order": everywhere(reordered),
    "a constant as an enum of one": everywhere(constant_as_enum),
    "definitions instead of $defs": older_holder,
    "members moved behind references": behind_references,
    "members wrapped in an allOf of one": in_one_branch,
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "as published"]):
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "schemadiff", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("name", REFACTORINGS)
def test_a_refactoring_raises_nothing(repository: Path, name: str) -> None:
    """
    Neutral findings at most, compatible both ways, and the gate lets it pass.
    """
    for file in FILES:
        path = repository / "contracts" / file
        before = json.loads(path.read_text())
        path.write_text(json.dumps(REFACTORINGS[name](before), indent=2))
    done = run(repository, "HEAD:contracts", "contracts", "--promise", "full", "-f", "json")
    report = json.loads(done.stdout)
    compared = {each["contract"]: each for each in report["comparisons"]}

    assert done.returncode == 0, done.stderr
    for file in FILES:
        assert (compared[file]["backward"]["verdict"], compared[file]["forward"]["verdict"]) == ("compatible",) * 2
    classes = {finding["classification"] for each in report["comparisons"] for finding in each["findings"]}
    assert classes <= {"neutral"}
    assert run(repository, "check", "--against", "HEAD").returncode == 0
