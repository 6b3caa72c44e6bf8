"""
Locations as reports name them: relative to the top of the repository, whatever folder a command runs in.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from schemadiff.options import Options
from schemadiff.report import render
from schemadiff.report.locations import revision_path
from schemadiff.schema import load_value
from schemadiff.usecases.compare import compare_targets
from schemadiff.usecases.lint import lint
from schemadiff.workspace import Workspace


@pytest.fixture
def below(tmp_path: Path) -> Path:
    """
    A folder below the top of a repository, with an edited schema in it.
    """
    folder = tmp_path / "services" / "foo"
    folder.mkdir(parents=True)
    names = ("o.json", "a:b.json")
    for name in names:
        (folder / name).write_text('{"maximum": 3}')
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    for name in names:
        (folder / name).write_text('{"maximum": 2, "properties": {"timeout": {"type": "integer"}}}')
    return folder


@pytest.mark.parametrize("name", ["o.json", "a:b.json"])
@pytest.mark.parametrize("revision", ["HEAD:", "HEAD:services/foo/"])
def test_both_sides_are_relative_to_the_top(below: Path, name: str, revision: str) -> None:
    report = compare_targets(Workspace.open(below, Options()), f"{revision}{name}", f"./{name}")
    (result,) = (
        each
        for each in json.loads(render(report, "sarif"))["runs"][0]["results"]
        if each["ruleId"] == "maximum-lowered"
    )
    encoded = f"services/foo/{name}".replace(":", "%3A")
    uris = [
        each["physicalLocation"]["artifactLocation"]["uri"]
        for each in (*result["locations"], *result["relatedLocations"])
    ]

    assert uris == [encoded, encoded]
    assert f"::error file={encoded},line=1" in render(report, "github")
    assert f'file="services/foo/{name}"' in render(report, "junit")


def test_lint_does_so_too(below: Path) -> None:
    report = lint(Workspace.open(below, Options()), ("o.json",))

    assert report.remarks
    assert "file=services/foo/o.json,line=1" in render(report, "github")


@pytest.mark.parametrize(
    ("name", "folder", "expected"),
    [
        ("main:a/b.json", "x", ("main", "a/b.json")),
        ("origin/main:b.json", "x", ("origin/main", "b.json")),
        ("b.json", "x/y", (None, "x/y/b.json")),
        ("../b.json", "x/y", (None, "x/b.json")),
        ("x/y/b.json", "x/y", (None, "x/y/b.json")),
        ("./a:b.json", "", (None, "a:b.json")),
        ("main:a:b.json", "", ("main", "a:b.json")),
        ("/tmp/a:b.json", "x", (None, "/tmp/a:b.json")),
        ("https://a.example/b.json", "", (None, "https:/a.example/b.json")),
        ("-", "x", (None, "-")),
    ],
)
def test_a_name_is_a_path_or_a_revision_and_a_path(name: str, folder: str, expected: tuple[str | None, str]) -> None:
    found = revision_path(name, folder)

    assert (found.revision, found.path) == expected


def test_findings_on_lists_point_at_the_value() -> None:
    from schemadiff.changes import diff

    lists = [
        ({"enum": ["a", "b", "c"]}, {"enum": ["a", "d", "b"]}),
        ({"required": ["a", "b"]}, {"required": ["a", "c"]}),
    ]
    found = {
        change.fact: (change.old_at.pointer, change.new_at.pointer)
        for old, new in lists
        for change in diff(load_value(old), load_value(new))
    }

    assert found == {
        "enum-value-removed": (("enum", 2), ("enum",)),
        "enum-value-added": (("enum",), ("enum", 1)),
        "undeclared-property-became-required": (("required",), ("required", 1)),
        "undeclared-property-became-optional": (("required", 1), ("required",)),
    }
