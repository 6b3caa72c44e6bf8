"""
Trees of files: a folder on disk, or a revision of a git repository. Nothing is checked out or written.
"""

from __future__ import annotations

import os
import posixpath
import shlex
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from schemadiff.errors import InputError
from schemadiff.sources.git_process import git, git_message, run_git

MAX_BYTES = 32 * 1024 * 1024
"""Size above which files are rejected; no hand-written schema or manifest comes near it."""


class Tree(Protocol):
    """
    A set of files by path, relative to its root, with forward slashes.
    """

    @property
    def root(self) -> Path:
        """
        The folder on disk that paths start from, now or at the revision.
        """
        ...

    def read(self, path: str) -> bytes | None:
        """
        The content of a file; None if it does not exist.

        Raises:
            InputError: the file is too large or unreadable.
        """
        ...

    def files(self, folder: str) -> list[str]:
        """
        The sorted paths of the files directly in a folder; empty if it does not exist.
        """
        ...

    def below(self, folder: str) -> list[str]:
        """
        The sorted paths of all files below a folder; hidden files and installed packages are left out, links to folders
        are not followed.
        """
        ...

    def name(self, path: str) -> str:
        """
        The name of a file in messages.
        """
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """
    The files below a folder on disk. Links out of it are not followed.
    """

    root: Path
    shown: str = ""

    def read(self, path: str) -> bytes | None:
        """
        The content of a file; None if it does not exist.
        """
        file = self.root / path
        try:
            if not file.is_file():
                return None
            if not file.resolve().is_relative_to(self.root.resolve()):
                raise InputError("the link leads out of the tree", name=self.name(path))
            if file.stat().st_size > MAX_BYTES:
                raise InputError(f"larger than {MAX_BYTES // 1024 // 1024} MB", name=self.name(path))
            return file.read_bytes()
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", name=self.name(path)) from None

    def files(self, folder: str) -> list[str]:
        """
        The sorted paths of the files directly in a folder; empty if it does not exist.
        """
        place = self.root / folder
        if not place.is_dir():
            return []
        return sorted(posixpath.join(folder, each.name) if folder else each.name for each in place.iterdir())

    def below(self, folder: str) -> list[str]:
        """
        The sorted paths of all files below a folder; hidden files and installed packages are left out, links to folders
        are not followed.
        """
        result = []
        top = self.root / folder
        for here, folders, files in os.walk(top):
            folders[:] = [each for each in folders if not _passed_by(each)]
            inside = Path(here).relative_to(self.root).as_posix()
            result += [posixpath.normpath(posixpath.join(inside, file)) for file in files if not _passed_by(file)]
        return sorted(result)

    def name(self, path: str) -> str:
        """
        The name of a file in messages.
        """
        return path_name(posixpath.join(self.shown, path) if self.shown else path)


def read_stream(path: Path, name: str) -> bytes | None:
    """
    The content of a pipe, such as ``<(…)`` of a shell, or of a character device; None for anything else.

    Raises:
        InputError: it is too large or unreadable; ``name`` is that of the message.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISFIFO(mode) and not stat.S_ISCHR(mode):
            return None
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name=name) from None
    if len(content) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES // 1024 // 1024} MB", name=name)
    return content


def path_name(path: str) -> str:
    """
    A path of the working tree in messages. One with a colon begins with ``./``, for it could be that of a revision.
    """
    return f"./{path}" if ":" in path and not path.startswith(("/", "./", "../")) else path


@dataclass(frozen=True, slots=True)
class Revision:
    """
    The files of one commit, read from git's object database.
    """

    repository: Path
    revision: str

    @property
    def root(self) -> Path:
        """
        The root of the repository.
        """
        return self.repository

    def read(self, path: str) -> bytes | None:
        """
        The content of a file; None if it does not exist.
        """
        spec = f"{self.revision}:{path}"
        kind = git(self.repository, "cat-file", "-t", spec, missing_ok=True)
        if kind is None or kind.strip() != b"blob":
            return None
        length = git(self.repository, "cat-file", "-s", spec)
        if int(length or 0) > MAX_BYTES:
            raise InputError(f"larger than {MAX_BYTES // 1024 // 1024} MB", name=spec)
        return git(self.repository, "cat-file", "blob", spec)

    def files(self, folder: str) -> list[str]:
        """
        The sorted paths of the files directly in a folder; empty if it does not exist.
        """
        spec = f"{self.revision}:{folder}"
        listing = git(self.repository, "ls-tree", "-z", "--name-only", spec, missing_ok=True)
        names = [each.decode("utf-8", "surrogateescape") for each in (listing or b"").split(b"\0") if each]
        return sorted(posixpath.join(folder, name) if folder else name for name in names)

    def below(self, folder: str) -> list[str]:
        """
        The sorted paths of all files below a folder; hidden files and installed packages are left out, links to folders
        are not followed.
        """
        spec = f"{self.revision}:{folder}"
        listing = git(self.repository, "ls-tree", "-r", "-z", "--name-only", spec, missing_ok=True)
        names = [each.decode("utf-8", "surrogateescape") for each in (listing or b"").split(b"\0") if each]
        return files_below(folder, names)

    def name(self, path: str) -> str:
        """
        The name of a file in messages.
        """
        return f"{self.revision}:{path}"


@dataclass(frozen=True, slots=True)
class Index(Revision):
    """
    The files of the index, read from git's object database; its revision is the empty word.
    """

    def files(self, folder: str) -> list[str]:
        """
        The sorted paths of the files directly in a folder; empty if it does not exist.
        """
        start = f"{folder}/" if folder else ""
        names = {path[len(start) :].partition("/")[0] for path in self._listed(folder)}
        return sorted(start + name for name in names)

    def below(self, folder: str) -> list[str]:
        """
        The sorted paths of all files below a folder; hidden files and installed packages are left out, links to folders
        are not followed.
        """
        start = f"{folder}/" if folder else ""
        return files_below(folder, (path[len(start) :] for path in self._listed(folder)))

    def _listed(self, folder: str) -> list[str]:
        start = f"{folder}/" if folder else ""
        listing = git(self.repository, "--literal-pathspecs", "ls-files", "-z", "--", *([start] if start else []))
        names = (each.decode("utf-8", "surrogateescape") for each in (listing or b"").split(b"\0") if each)
        return [name for name in names if name.startswith(start)]


def open_index(folder: Path) -> tuple[Index, str]:
    """
    The index of the repository that contains a folder.

    Returns:
        The tree, and the folder's path in it (empty at the root).

    Raises:
        InputError: no repository.
    """
    repository = repository_around(folder)
    return Index(repository, ""), inside_of(repository, folder)


def files_below(folder: str, names: Iterable[str]) -> list[str]:
    """
    The paths of the files below a folder, from their names relative to it, see ``Tree.below``.
    """
    seen = (name for name in names if not any(map(_passed_by, name.split("/"))))
    return sorted(posixpath.join(folder, each) for each in seen)


def _passed_by(name: str) -> bool:
    return name.startswith(".") or name == "node_modules"


def open_revision(folder: Path, revision: str) -> tuple[Revision, str]:
    """
    A revision of the repository that contains a folder.

    Returns:
        The tree, and the folder's path in it (empty at the root).

    Raises:
        InputError: no repository, or no such revision; the remedy names the ``git fetch`` to run.
    """
    repository = repository_around(folder)
    require_revision(revision)
    if commit_of(repository, revision) is None:
        raise InputError(
            f"the revision {revision!r} is not in this repository",
            name=str(folder),
            remedy=f"Check the spelling; in a shallow clone fetch it first: {fetch_hint(repository, revision)}",
        )
    return Revision(repository, revision), inside_of(repository, folder)


def require_revision(word: str) -> None:
    """
    Refuse a word that cannot be a revision.

    Raises:
        InputError: it is empty, or looks like an option.
    """
    if word.startswith("-") or not word:
        raise InputError(f"{word!r} is not a revision", remedy="A revision is a branch, a tag or a commit.")


def commit_of(repository: Path, revision: str) -> str | None:
    """
    The commit that a revision stands for; None if there is none.
    """
    words = ("rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    return (git(repository, *words, missing_ok=True) or b"").decode().strip() or None


def repository_around(folder: Path) -> Path:
    """
    The root of the repository that contains a folder; for a bare one that GIT_DIR names, the repository itself.

    Arguments:
        folder: where to start.

    Raises:
        InputError: there is no repository, git does not trust it, or it is bare and was met by searching.
    """
    done = run_git(folder, "rev-parse", "--is-bare-repository", "--absolute-git-dir", "--show-toplevel")
    bare, git_folder, top, *_ = [*done.stdout.decode("utf-8", "surrogateescape").split("\n"), "", "", ""]
    if done.returncode == 0 and not _met_by_search(folder, Path(git_folder)):
        return Path(top)
    if bare == "true" and os.environ.get("GIT_DIR"):
        return Path(git_folder)
    reason = git_message(done)
    if "dubious ownership" in reason:
        remedy = next((line.strip() for line in reason.splitlines() if "--add safe.directory" in line), None)
        raise InputError(
            "git does not trust this repository, for somebody else owns it",
            name=str(folder),
            remedy=f"If you trust it: {remedy}" if remedy else None,
        )
    if git_folder or "safe.bareRepository" in reason:
        raise InputError(
            "a bare repository is used only if it is named, for its configuration can run programs",
            name=str(folder),
            remedy="If you trust it, name it: GIT_DIR=PATH schemadiff check --against REV --head REV.",
        )
    if "not a git repository" not in reason:
        raise InputError(f"git cannot read this repository: {reason.splitlines()[-1]}", name=str(folder))
    raise InputError(
        f"no git repository around {folder}",
        remedy="Run this inside a repository; `schemadiff OLD NEW` compares two files without one.",
    )


def is_bare(repository: Path) -> bool:
    """
    Whether a repository has no working tree.
    """
    return git(repository, "rev-parse", "--is-bare-repository") == b"true\n"


def _met_by_search(folder: Path, git_folder: Path) -> bool:
    """
    Whether the folder is in a bare repository, which git before 2.38 uses without being told.
    """
    inside = folder.resolve().is_relative_to(git_folder)
    return inside and git_folder.name != ".git" and not os.environ.get("GIT_DIR")


def inside_of(repository: Path, folder: Path) -> str:
    """
    A folder as a path in its repository; empty at the root, and where GIT_DIR names a repository elsewhere.
    """
    place, root = folder.resolve(), repository.resolve()
    if not place.is_relative_to(root) or place == root:
        return ""
    return place.relative_to(root).as_posix()


def fetch_hint(repository: Path, revision: str) -> str:
    """
    The command that brings a revision into a clone.
    """
    shallow = (git(repository, "rev-parse", "--is-shallow-repository", missing_ok=True) or b"").strip() == b"true"
    if "~" in revision or "^" in revision:
        return "git fetch --unshallow" if shallow else "git fetch"
    remote, _, branch = revision.removeprefix("refs/remotes/").partition("/")
    # A clone of a single branch follows no other one unless it is told where to put it.
    wanted = f"{branch}:refs/remotes/origin/{branch}" if remote == "origin" and branch else revision
    return shlex.join(["git", "fetch", *(["--depth=1"] if shallow else []), "origin", wanted])
