"""
Pages of documentation as programs: files that they show are written, commands that they show are run.

- A fenced block whose info string has a second word is a file of that name, such as ``json old.json``.
- A ``console`` block holds commands after ``$``, each with its output; a command goes on after a backslash, and in
  quotes that are open. ``...`` stands for any text, and alone on a line for any lines. A command without output may
  print what it likes. It exits with 0 unless ``$ echo $?`` follows.
- ``<!-- with: contracts -->`` starts with a copy of this repository's contracts; ``git`` commits what is there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
SETUP = ("git clone", "python3 -m venv", ".venv/bin/pip", "make ", "pip install", "source .venv/")
"""Commands that prepare a machine; they are run by whoever sets this repository up, and by its gate."""

_BLOCK = re.compile(r"^```(\S+)(?: +(\S+))?\n(.*?)^```$|^<!-- with: (.*?) -->$", re.MULTILINE | re.DOTALL)


class Command(NamedTuple):
    """
    A command with the output that the page shows, None where it shows none, and the line on which it stands.
    """

    line: int
    text: str
    expected: str | None


class File(NamedTuple):
    """
    A file that the page shows, or with an empty name what the page starts with.
    """

    name: str
    text: str


def steps(text: str) -> Iterator[Command | File]:
    """
    What a page says to do, in its order.
    """
    for found in _BLOCK.finditer(text):
        language, name, body, start = found.groups()
        if start:
            yield File("", start)
        elif language == "console":
            yield from _commands(body, text.count("\n", 0, found.start()) + 2)
        elif name:
            yield File(name, body)


def _commands(body: str, first: int) -> Iterator[Command]:
    lines = body.split("\n")[:-1]
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        words, shown = [lines[start][2:]], lines[start + 1 : end]
        while words[-1].endswith("\\") or "\n".join(words).count("'") % 2:
            words.append(shown.pop(0))
        yield Command(first + start, "\n".join(words), "\n".join(shown) if shown else None)


class Ran(NamedTuple):
    """
    What a command did.
    """

    command: Command
    code: int
    output: str


def run(text: str, folder: Path) -> Iterator[Ran]:
    """
    Do what a page says.
    """
    environment = {**os.environ, "HOME": str(folder), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for who in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{who}_NAME": "somebody", f"GIT_{who}_EMAIL": "somebody@example.com"}
        environment[f"GIT_{who}_DATE"] = "2026-11-23T09:00:00Z"
    last = 0
    for step in steps(text):
        if isinstance(step, File):
            _write(step, folder, environment)
        elif not step.text.startswith(SETUP):
            done = subprocess.run(
                ["bash", "-c", f"(exit {last})\n{step.text}"],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=120,
            )
            last = done.returncode
            yield Ran(step, done.returncode, done.stdout)


def _write(file: File, folder: Path, environment: dict[str, str]) -> None:
    if file.name:
        target = folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.text)
        if file.text.startswith("#!"):
            target.chmod(0o755)
        return
    for word in file.text.split(", "):
        if word == "git":
            for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "--allow-empty", "-m", "Start"]):
                subprocess.run(["git", *words], cwd=folder, env=environment, check=True)
        else:
            shutil.copytree(ROOT / word, folder / word)


def matches(expected: str, output: str) -> bool:
    """
    Whether an output is what a page shows.
    """
    shown = [line.rstrip() for line in expected.strip("\n").split("\n")]
    pattern = "".join(
        r"(?:[^\n]*\n)*?" if line == "..." else r"[^\n]*".join(map(re.escape, line.split("..."))) + "\n"
        for line in shown
    )
    text = "".join(f"{line.rstrip()}\n" for line in output.strip("\n").split("\n"))
    return re.fullmatch(pattern, text) is not None
