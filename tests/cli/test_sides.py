"""
Sides of a comparison that are no plain files: pipes, the index, paths as git reads them, addresses.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("schemadiff")
OLD, NEW = {"type": "integer", "maximum": 9}, {"type": "integer", "maximum": 5}


def run(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), *words],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """
    One schema in three states: committed, staged, and in the working tree.
    """
    root = tmp_path / "it"
    (root / "sub").mkdir(parents=True)
    (root / "sub/deep").mkdir()
    (root / "s.json").write_text(json.dumps(OLD))
    (root / "sub/s.json").write_text(json.dumps(OLD))
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@example.com")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "old"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    for name in ("s.json", "sub/s.json"):
        (root / name).write_text(json.dumps(NEW))
    subprocess.run([*git, "add", "-A"], cwd=root, check=True)
    for name in ("s.json", "sub/s.json"):
        (root / name).write_text(json.dumps(OLD))
    return root


@pytest.mark.parametrize(
    ("folder", "old", "new", "code"),
    [
        (".", "HEAD:./s.json", "s.json", 0),
        (".", "HEAD:./s.json", ":s.json", 1),
        (".", "HEAD:./s.json", ":./sub/s.json", 1),
        ("sub", "HEAD:./s.json", ":./s.json", 1),
        ("sub", "HEAD:../s.json", ":../s.json", 1),
        ("sub", "HEAD:../s.json", "s.json", 0),
        ("sub", "HEAD:s.json", ":s.json", 1),
        ("sub/deep", "HEAD:../../s.json", ":../s.json", 1),
        (".", "HEAD:sub", ":sub", 1),
        (".", "HEAD:./sub/", ":./sub", 1),
        ("sub", "HEAD:.", ":.", 1),
        (".", "HEAD:", ":", 1),
        ("sub", "HEAD:../..", "s.json", 4),
        ("sub", "HEAD:../../x.json", "s.json", 4),
        (".", ":absent.json", "s.json", 4),
        (".", "HEAD:./absent.json", "s.json", 4),
    ],
)
def test_paths_in_a_revision_or_the_index(repository: Path, folder: str, old: str, new: str, code: int) -> None:
    done = run(repository / folder, old, new)

    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_git_variables_from_elsewhere(repository: Path, tmp_path: Path) -> None:
    for root in (str(repository), "it"):
        variables = {"GIT_DIR": f"{root}/.git", "GIT_WORK_TREE": root}
        assert run(tmp_path, "HEAD:s.json", ":s.json", **variables).returncode == 1
        assert run(tmp_path, "HEAD:s.json", "it/s.json", **variables).returncode == 0
    assert run(tmp_path, "HEAD:s.json", "it/s.json", GIT_DIR="absent").returncode == 4


def test_pipes_are_read_once(repository: Path) -> None:
    """
    Those of a shell, and named ones.
    """
    command = f'"{PROGRAM}" <(cat s.json) <(git show :s.json)'
    done = subprocess.run(["bash", "-c", command], cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "maximum" in done.stdout

    os.mkfifo(repository / "pipe")
    writer = threading.Thread(target=lambda: (repository / "pipe").write_text(json.dumps(NEW)))
    writer.start()
    done = run(repository, "s.json", "pipe")
    writer.join()
    assert done.returncode == 1, done.stderr

    assert run(repository, "/dev/null", "s.json").returncode == 4
    yaml = f'"{PROGRAM}" s.json <(printf "type: integer\\nmaximum: 5\\n")'
    assert subprocess.run(["bash", "-c", yaml], cwd=repository, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("word", ["https://example.com/s.json", "http://localhost:1/s.json", "file:///etc/passwd"])
def test_nothing_is_fetched_from_an_address(repository: Path, word: str) -> None:
    done = run(repository, word, "s.json")

    assert done.returncode == 4
    assert "nothing is fetched" in done.stderr
