"""
Workflows name third-party actions by commit: a tag can be moved, and what it then names runs with our rights.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((*ROOT.glob("templates/*.yml"), *ROOT.glob(".github/workflows/*.yml")))
PAGES = sorted((ROOT / "docs").glob("*.md"))
_USES = re.compile(r"^\s*(?:-\s+)?uses:\s*(\S+)(.*)", re.MULTILINE)
_PINNED = re.compile(r"[\w.-]+/[\w./-]+@(?:[0-9a-f]{40}|COMMIT)\Z")
_OURS = "OWNER/schemadiff@COMMIT"


def uses(text: str) -> Iterator[tuple[str, str]]:
    """
    The actions that a text names, and what stands behind each.
    """
    return ((found[1], found[2].strip()) for found in _USES.finditer(text))


def floating(text: str) -> list[str]:
    """
    The actions that are not named by a commit, or whose release is not named behind the commit.
    """
    return [
        action
        for action, release in uses(text)
        if not action.startswith("./")
        and not (_PINNED.match(action) and (action == _OURS or re.match(r"# v\d[\w.]*\Z", release)))
    ]


@pytest.mark.parametrize("path", [*WORKFLOWS, *PAGES], ids=lambda path: path.name)
def test_no_workflow_names_an_action_by_a_tag(path: Path) -> None:
    blocks = re.findall(r"```yaml[^\n]*\n(.*?)```", path.read_text(), re.DOTALL) if path.suffix == ".md" else None

    assert floating(path.read_text() if blocks is None else "\n".join(blocks)) == []


@pytest.mark.parametrize(
    "line",
    [
        "uses: actions/checkout@v4",
        "uses: actions/checkout@main # v4",
        "uses: actions/checkout@0123abc # v4",
        "uses: actions/checkout@COMMIT",
        "uses: actions/checkout",
        "uses: docker://alpine:3",
        f"uses: actions/checkout@{'a' * 40}",
    ],
)
def test_a_tag_would_be_seen(line: str) -> None:
    assert floating(f"      - {line}\n") != []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_the_command_of_the_comment_fills_in_the_commits(path: Path, tmp_path: Path) -> None:
    """
    With the commit that a tag stands for; what a service does not know stays as it is.
    """
    text = path.read_text()
    copy = tmp_path / "FILE"
    copy.write_text(text)
    lines = text.split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("#   for action in"))
    end = next(number for number, line in enumerate(lines) if number > start and line == "#   done")
    command = "\n".join(line.removeprefix("#") for line in lines[start : end + 1])
    fake = tmp_path / "bin/git"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\ncase "$2" in *checkout) ;; *) exit 1 ;; esac\n'
        f'printf "{"a" * 40}\\t%s\\n{"b" * 40}\\t%s\\n" "$3" "$4"\n'
    )
    fake.chmod(0o755)
    environment = {**os.environ, "PATH": f"{fake.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["bash", "-c", command], cwd=tmp_path, env=environment, check=False, capture_output=True)

    assert copy.read_text() == text.replace("actions/checkout@COMMIT", f"actions/checkout@{'b' * 40}")
    assert "actions/checkout@COMMIT" in text


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_token_is_given_to_single_steps_only(path: Path) -> None:
    """
    And no step that has it starts in the checkout.
    """
    workflow = yaml.safe_load(path.read_text())
    assert "GITHUB_TOKEN" not in str(workflow.get("env", ""))
    for job in workflow["jobs"].values():
        assert "GITHUB_TOKEN" not in str(job.get("env", ""))
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout"):
                assert step["with"]["persist-credentials"] is False
            if "GITHUB_TOKEN" in str(step.get("env", "")):
                assert step["run"].startswith('cd "$RUNNER_TEMP"\n')
