"""
What CONTRIBUTING.md and the package's metadata say of this repository is true.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pages import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PAGE = (ROOT / "CONTRIBUTING.md").read_text()
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PLACEHOLDERS = re.compile(r"NAME|ROOM")


def test_every_room_is_described() -> None:
    """
    In the table of rooms, and nothing else is.
    """
    table = PAGE.partition("| room | holds |")[2].partition("\n\n")[0]
    described = [name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split(" | ")[0])]
    folders = {each.parent.name for each in (ROOT / "schemadiff").glob("*/__init__.py")}
    modules = {each.stem for each in (ROOT / "schemadiff").glob("*.py") if not each.stem.startswith("_")}

    assert sorted(described) == sorted(folders | modules)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w.-]+/[\w./-]*)`", PAGE))))
def test_every_path_is_there(path: str) -> None:
    """
    A path with a placeholder stands for many; its folder is there.
    """
    there = Path(path).parent if PLACEHOLDERS.search(path) else path
    assert (ROOT / there).exists()


def test_every_target_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z-]+)[`\n]", PAGE)) <= targets


def test_continuous_integration_runs_on_every_supported_python() -> None:
    """
    Those of the classifiers, the oldest of which is the least that the package asks for.
    """
    stated = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if "Python :: 3." in each]

    assert WORKFLOW["jobs"]["ci"]["strategy"]["matrix"]["python"] == stated
    assert PROJECT["requires-python"] == f">={stated[0]}"


def test_continuous_integration_may_only_read() -> None:
    """
    Its steps are GitHub's own, and pinned to a commit.
    """
    uses = [step["uses"] for step in WORKFLOW["jobs"]["ci"]["steps"] if "uses" in step]

    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert [each for each in uses if not re.fullmatch(r"actions/[\w-]+@(?:[0-9a-f]{40}|COMMIT)", each)] == []
