"""
The worker of a repository is built when its sources have changed, and only then.
"""

from __future__ import annotations

import shutil
import sys

import pytest

from schemadiff.errors import WorkerError
from schemadiff.replay import build

MAIN = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("one") }\n'


@pytest.fixture
def repository(tmp_path):
    if shutil.which("go") is None:
        pytest.skip("there is no Go on this machine")
    (tmp_path / "go_worker").mkdir()
    (tmp_path / "contracts").mkdir()
    (tmp_path / "go_worker" / "go.mod").write_text("module example.test/worker\n\ngo 1.21\n")
    (tmp_path / "go_worker" / "main.go").write_text(MAIN)
    (tmp_path / "contracts" / "m.v1.json").write_text("{}")
    return tmp_path


def test_it_is_built_once_and_again_after_a_change(repository):
    first = build(repository)
    moment = first.stat().st_mtime_ns
    assert (build(repository), first.stat().st_mtime_ns) == (first, moment)
    (repository / "go_worker" / "main_test.go").write_text("package main\n")
    assert build(repository) == first
    (repository / "contracts" / "m.v1.json").write_text("true")
    second = build(repository)
    assert second != first
    (repository / "go_worker" / "main.go").write_text(MAIN.replace("one", "two"))
    assert build(repository) not in (first, second)
    assert first.parent == repository / "build"


def test_old_binaries_are_cleared_away(repository):
    for number in range(6):
        (repository / "contracts" / "m.v1.json").write_text(f'{{"title": "{number}"}}')
        newest = build(repository)
    left = list((repository / "build").glob("job-worker-*"))
    assert len(left) == 4
    assert newest in left


def test_what_does_not_compile_is_told_with_its_place(repository):
    (repository / "go_worker" / "main.go").write_text(MAIN.replace("Println(", "Printline("))
    with pytest.raises(WorkerError, match=r"main\.go:5:19: the worker does not compile: undefined: fmt\.Printline"):
        build(repository)
    assert not list((repository / "build").glob("*"))


def test_no_sources_are_an_error(tmp_path):
    with pytest.raises(WorkerError, match="no worker to build here"):
        build(tmp_path)


def test_no_go_is_an_error(repository, monkeypatch):
    monkeypatch.setenv("PATH", str(repository))
    monkeypatch.setattr(sys, "prefix", str(repository))
    with pytest.raises(WorkerError, match="no Go on this machine"):
        build(repository)
