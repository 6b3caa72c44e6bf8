"""
The worker that a manifest declares, built from its sources when they have changed.

A build never runs in the checkout, and nothing that a checkout calls built is trusted: the sources are copied into the
user's cache, to a folder named after their content, and are built and run there.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import posixpath
import re
import shlex
import shutil
import stat
import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from schemadiff.catalog import WorkerDeclaration
from schemadiff.errors import InputError, WorkerError
from schemadiff.sources import Tree
from schemadiff.wire.run_command import find_program, run_command
from schemadiff.wire.worker_spec import WorkerSpec

_KEPT = 8
"""Older builds stay for a while: a branch that is checked out again then need not be built again."""

_BUILD_SECONDS = 900
_LOCATED = re.compile(r"^(?P<name>[^\s:]+):(?P<line>\d+):(?:(?P<column>\d+):)? *(?P<message>.*)$", re.MULTILINE)
_DAY = "{as_of}"
_BUILT = ".schemadiff-built"
_GO_SETTINGS = ("GOVERSION", "GOOS", "GOARCH", "GOFLAGS", "CGO_ENABLED", "GOEXPERIMENT")


def declared_worker(
    declaration: WorkerDeclaration,
    tree: Tree,
    *,
    root: Path | None,
    as_of: str,
    cache: Path | None = None,
    name: str = "contracts.yaml",
) -> WorkerSpec:
    """
    The worker of a manifest, built if need be.

    Arguments:
        root: the repository's root on disk, where a worker without a build runs; None to run a copy of the sources.
        cache: the folder of the builds; in the user's cache by default.
        name: the name of the manifest in messages.

    Raises:
        WorkerError: it cannot be built, or its program is missing.
    """
    if declaration.address is not None:
        return WorkerSpec(url=declaration.address, protocol="http")
    if root is None or declaration.build:
        root = build(declaration, tree, cache=cache, name=name)
    folder = root / declaration.folder
    if not folder.is_dir():
        message = f"the worker's folder {declaration.folder!r} does not exist"
        raise _error(declaration, name, message, "Correct worker.folder; it is relative to the repository's root.")
    command = tuple(each.replace(_DAY, as_of) for each in declaration.command)
    try:
        program = find_program(command[0], folder)
    except WorkerError as error:
        raise _at(error, declaration, name, "the worker cannot be started") from None
    if "/" in command[0] or shutil.which(command[0]):
        # The operating system finds it as well, and reports show it as it is declared.
        program = command[0]
    return WorkerSpec((program, *command[1:]), protocol=declaration.protocol, folder=folder)


def build(
    declaration: WorkerDeclaration, tree: Tree, *, cache: Path | None = None, name: str = "contracts.yaml"
) -> Path:
    """
    The folder with a built copy of the worker's sources. It is named after their content, so two checkouts never mix
    theirs up.

    Raises:
        WorkerError: no sources, a program is missing, or they do not compile (with the position of the first error).
    """
    folder = posixpath.normpath(declaration.folder or ".")
    absent = folder != "." and not tree.below(folder)
    sources = _sources(declaration, tree)
    if not sources:
        reason = f": the folder {declaration.folder!r} does not exist" if absent else ""
        remedy = "Correct worker.folder or worker.sources; they are relative to the repository's root."
        raise _error(declaration, name, f"the worker has no sources{reason}", remedy)
    above = cache or _user_cache()
    try:
        _make_private(above)
        place = above / _fingerprint(declaration, sources, _toolchain(declaration, above))
        place.mkdir(exist_ok=True, mode=0o700)
        _require_private(place)
        with _locked(above / f"{place.name}.lock"):
            if not (place / _BUILT).exists():
                try:
                    _write(place, sources)
                    _run_build(declaration, tree, place, name)
                except BaseException:
                    shutil.rmtree(place, ignore_errors=True)
                    raise
            (place / _BUILT).touch()
    except OSError as error:
        raise WorkerError(
            f"the worker cannot be built: {error.strerror}",
            name=str(error.filename or above),
            remedy="Make the folder writable, or set XDG_CACHE_HOME to one that is.",
        ) from None
    _forget(above, place)
    return place


def _user_cache() -> Path:
    if sys.platform == "darwin":
        home = Path.home() / "Library/Caches"
    elif os.name == "nt":
        home = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    else:
        home = Path.home() / ".cache"
    stated = os.environ.get("XDG_CACHE_HOME", "")
    # A relative path is invalid by the XDG specification, and would lead into the checkout.
    cache = Path(os.path.normpath(Path(stated) if Path(stated).is_absolute() else home)) / "schemadiff" / "workers"
    checkout = repository_root(Path.cwd())
    if (checkout / ".git").exists() and cache.resolve().is_relative_to(checkout.resolve()):
        raise WorkerError(
            "the user's cache is in the checkout, where a change could put a worker that nobody has built",
            name=str(cache),
            remedy="Set XDG_CACHE_HOME to a folder outside of the checkout.",
        )
    return cache


def repository_root(folder: Path) -> Path:
    """
    The nearest folder with a ``.git``, from a folder upwards; the folder itself if there is none.
    """
    above = folder.absolute()
    return next((each for each in (above, *above.parents) if (each / ".git").exists()), above)


def _make_private(folder: Path) -> None:
    """
    Make a folder in which only this user can put anything.

    Raises:
        WorkerError: it exists, and others can, or could when it was made.
    """
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    for each in (folder.parent, folder):
        each.mkdir(exist_ok=True, mode=0o700)
        _require_private(each)


def _require_private(folder: Path) -> None:
    facts = folder.lstat()
    if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid() and not facts.st_mode & 0o022:
        return
    raise WorkerError(
        "others can put a worker into this folder, so that nothing in it is run",
        name=str(folder),
        remedy="Remove it, or set XDG_CACHE_HOME to a folder that is yours alone.",
    )


def _toolchain(declaration: WorkerDeclaration, folder: Path) -> str:
    """
    The version of the program that builds: another one may build something else from the same sources.
    """
    if not declaration.build:
        return ""
    try:
        program = find_program(declaration.build[0], folder)
        if Path(program).name == "go":
            return run_command([program, "env", *_GO_SETTINGS], folder, timeout=_BUILD_SECONDS).output
        facts = Path(program).stat()
    except WorkerError:  # the build says what is missing
        return ""
    return f"{program} {facts.st_size} {facts.st_mtime_ns}"


def _sources(declaration: WorkerDeclaration, tree: Tree) -> dict[str, bytes]:
    sources = {}
    for path in _inputs(declaration, tree):
        try:
            content = tree.read(path)
        except InputError as error:
            raise WorkerError(
                f"the worker's source cannot be used: {error.message}",
                name=error.name,
                remedy="Leave it out: list what the build needs under worker.sources.",
            ) from None
        if content is not None:
            sources[path] = content
    return sources


def _inputs(declaration: WorkerDeclaration, tree: Tree) -> list[str]:
    """
    The files that the build needs: those below each path, and those that fit each pattern.
    """
    inputs: set[str] = set()
    for source in declaration.sources or (declaration.folder,):
        path = source.strip("/").removeprefix("./")
        above, _, last = path.rpartition("/")
        if any(sign in last for sign in "*?["):
            inputs.update(file for file in tree.files(above) if fnmatch.fnmatchcase(file.rpartition("/")[2], last))
        else:
            inputs.update([path] if path and tree.read(path) is not None else tree.below("" if path == "." else path))
    return sorted(inputs)


def _fingerprint(declaration: WorkerDeclaration, sources: dict[str, bytes], toolchain: str) -> str:
    digest = blake2b(repr((declaration.build, declaration.folder, toolchain)).encode(), digest_size=16)
    for path, content in sources.items():
        digest.update(f"{path}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    import fcntl

    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(place: Path, sources: dict[str, bytes]) -> None:
    for path, content in sources.items():
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        if content.startswith(b"#!"):
            file.chmod(0o755)


def _run_build(declaration: WorkerDeclaration, tree: Tree, place: Path, name: str) -> None:
    folder = place / declaration.folder
    folder.mkdir(parents=True, exist_ok=True)
    if not declaration.build:
        return
    try:
        done = run_command(declaration.build, folder, timeout=_BUILD_SECONDS)
    except WorkerError as error:
        raise _at(error, declaration, name, "the worker cannot be built") from None
    if done.code != 0:
        raise _failure(declaration, tree, done.output, done.code, name)


def _error(declaration: WorkerDeclaration, name: str, message: str, remedy: str) -> WorkerError:
    line = declaration.line
    return WorkerError(message, name=name, line=line, column=1 if line else None, remedy=remedy)


def _at(error: WorkerError, declaration: WorkerDeclaration, name: str, what: str) -> WorkerError:
    remedy = f"{error.remedy or ''} Or name a worker that is built already with --worker.".strip()
    return _error(declaration, name, f"{what}: {error.message}", remedy)


def _failure(declaration: WorkerDeclaration, tree: Tree, output: str, code: int | None, name: str) -> WorkerError:
    """
    A build's failure, at the position that its output names in one of the sources; else at the declaration.
    """
    command = shlex.join(declaration.build)
    remedy = f"Run '{command}' in {declaration.folder or 'the root of the repository'} to see everything."
    for match in _LOCATED.finditer(output):
        path = posixpath.normpath(posixpath.join(declaration.folder, match["name"]))
        if not path.startswith(("..", "/")) and tree.read(path) is not None:
            return WorkerError(
                f"the worker does not compile: {match['message']}",
                name=tree.name(path),
                line=int(match["line"]),
                column=int(match["column"] or "1"),
                remedy=remedy,
            )
    said = [line for line in output.splitlines() if line.strip()][-5:]
    end = f"{command} took longer than {_BUILD_SECONDS} seconds" if code is None else f"{command} exited with {code}"
    message = f"the worker cannot be built: {end}" + (f": {' / '.join(said)}" if said else "")
    return _error(declaration, name, message, remedy)


def _forget(above: Path, current: Path) -> None:
    """
    Delete the builds that were not used for the longest time.
    """

    def last_use(place: Path) -> float:
        marker = place / _BUILT
        return marker.stat().st_mtime if marker.exists() else 0.0

    others = sorted((each for each in above.iterdir() if each.is_dir() and each != current), key=last_use)
    for other in others[: max(0, len(others) - (_KEPT - 1))]:
        if (other / _BUILT).exists():
            shutil.rmtree(other, ignore_errors=True)
            above.joinpath(f"{other.name}.lock").unlink(missing_ok=True)
