"""
Many small repositories in one store, written by ``git fast-import``.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from tests.hunt.repositories import Files, Link, Scenario

State = Literal["commit", "index", "working tree"]


def store(folder: Path, scenarios: Iterable[Scenario]) -> None:
    """
    Write a repository whose branches ``base-SEED`` and ``head-SEED`` are the two sides of each scenario.
    """
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    stream = b"".join(part for scenario in scenarios for part in _commands(scenario))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=stream, check=True)


def checkout(repository: Path, seed: int, folder: Path, state: State) -> None:
    """
    Clone a scenario into a new folder, its base as the branch ``main``.

    Arguments:
        repository: what ``store`` wrote.
        seed: of the scenario.
        folder: the new one.
        state: what holds the change: a commit that is checked out, the index, or the working tree alone.
    """
    branch = f"head-{seed}" if state == "commit" else f"base-{seed}"
    _git("clone", "-q", "--branch", branch, str(repository), str(folder), folder=repository)
    _git("branch", "-q", "-f", "main", f"origin/base-{seed}", folder=folder)
    if state != "commit":
        _git("read-tree", "-u", "--reset", f"origin/head-{seed}", folder=folder)
    if state == "working tree":
        _git("reset", "-q", "--mixed", folder=folder)


def _git(*words: str, folder: Path) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def _commands(scenario: Scenario) -> Iterator[bytes]:
    yield from _commit(f"base-{scenario.seed}", scenario.base, None)
    yield from _commit(f"head-{scenario.seed}", scenario.head, f"base-{scenario.seed}")


def _commit(branch: str, files: Files, parent: str | None) -> Iterator[bytes]:
    yield f"commit refs/heads/{branch}\ncommitter Hunter <hunter@example.org> 1700000000 +0000\ndata 1\n.\n".encode()
    if parent:
        yield f"from refs/heads/{parent}\ndeleteall\n".encode()
    for path, content in files.items():
        mode, data = ("120000", content.target.encode()) if isinstance(content, Link) else ("100644", content)
        yield f'M {mode} inline "{path}"\ndata {len(data)}\n'.encode() + data + b"\n"
    yield b"\n"
