"""
Snapshots of a commit, the index or the working tree, and the differences between two of them.

The gate lists many files and reads few: one listing per side and one ``git cat-file`` process are enough. Nothing is
checked out, written or fetched.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from schemadiff.errors import InputError
from schemadiff.sources.file_tree import MAX_BYTES, Folder, files_below, path_name
from schemadiff.sources.git_process import git, git_command, git_environment, missing_content, without_filters

if TYPE_CHECKING:
    import subprocess

_LINK, _FILES, _SUBMODULE = "120000", ("100644", "100755", "120000"), "160000"
_MOST_LINKS = 8


@dataclass(frozen=True, slots=True)
class ListedFile:
    """
    One file of a listing: its blob (empty for a file on disk), and whether it is a symbolic link.
    """

    blob: str
    link: bool = False


class Objects:
    """
    The blobs of a repository, read through one ``git cat-file --batch`` process.
    """

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, blob: str, name: str) -> bytes:
        """
        The content of a blob.

        Raises:
            MissingContent: it is missing, as in a partial clone.
            InputError: it is too large.
        """
        asking, answering = self._pipes()
        try:
            asking.write(f"{blob}\n".encode())
            asking.flush()
        except BrokenPipeError:
            self.close()
            raise missing_content(name) from None
        words = answering.readline().split()
        if len(words) != 3 or words[1] != b"blob":
            # Git ends at an object that a partial clone lacks; the next question needs another process.
            self.close()
            raise missing_content(name)
        size = int(words[2])
        if size > MAX_BYTES:
            self.close()
            raise InputError(f"larger than {MAX_BYTES // 1024 // 1024} MB", name=name)
        data = answering.read(size)
        answering.read(1)
        return data

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            import subprocess

            self._process = subprocess.Popen(
                git_command("cat-file", "--batch"),
                cwd=self.repository,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=git_environment(),
            )
        asking, answering = self._process.stdin, self._process.stdout
        assert asking is not None
        assert answering is not None
        return asking, answering

    def close(self) -> None:
        """
        End the process.
        """
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


class Snapshot:
    """
    A completely listed tree. Paths are relative to the root of the repository.

    Arguments:
        listing: the files by path.
        objects: the source of blobs; None if all files are on disk.
        root: the root of the working tree.
        label: the prefix of a path in messages, such as a revision; empty for the working tree.
    """

    def __init__(self, listing: Mapping[str, ListedFile], objects: Objects | None, root: Path, label: str = "") -> None:
        self.listing = listing
        self.root = root
        self.label = label
        self._objects = objects
        self._folder = Folder(root)
        self._folders: dict[str, set[str]] | None = None

    def read(self, path: str) -> bytes | None:
        """
        The content of a file; None if it does not exist. Symbolic links are followed inside the tree.
        """
        path = self.hops(path)[-1]
        listed = self.listing.get(path)
        if listed is None or listed.link:
            return None
        return self._content(path, listed)

    def _content(self, path: str, listed: ListedFile) -> bytes | None:
        if self._objects is None or not listed.blob:
            return self._folder.read(path)
        return self._objects.read(listed.blob, self.name(path))

    def hops(self, path: str) -> list[str]:
        """
        A path, the symbolic links that it leads through, and last the path of the file that it stands for.
        """
        result = [path]
        for _ in range(_MOST_LINKS):
            parts = path.split("/")
            links = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
            link, target = next(((each, to) for each in links if (to := self.link(each)) is not None), ("", None))
            if target is None:
                break
            path = posixpath.normpath(posixpath.join(target, path[len(link) + 1 :]))
            result += [link, path]
        return result

    def link(self, path: str) -> str | None:
        """
        The target path of a symbolic link; None for any other file.
        """
        listed = self.listing.get(path)
        if listed is None:
            return None
        if listed.blob:
            target = self._content(path, listed) if listed.link else None
        else:
            file = self._folder.root / path
            target = os.fsencode(os.readlink(file)) if file.is_symlink() else None  # noqa: PTH115 - the text itself
        if target is None:
            return None
        return posixpath.normpath(posixpath.join(posixpath.dirname(path), target.decode("utf-8", "surrogateescape")))

    def through(self, link: str) -> list[str]:
        """
        The paths that lead through a symbolic link to the files of the folder that it stands for; empty if it is none.
        """
        target = self.hops(link)[-1]
        if target == link:
            return []
        start = "" if target == "." else f"{target}/"
        return [f"{link}/{path[len(start) :]}" for path in self.listing if path.startswith(start)]

    def files(self, folder: str) -> list[str]:
        """
        The sorted paths of the files directly in a folder; empty if it does not exist.
        """
        if self._folders is None:
            self._folders = _by_folder(self.listing)
        return sorted(self._folders.get(folder, ()))

    def below(self, folder: str) -> list[str]:
        """
        The sorted paths of all files below a folder; hidden files and installed packages are left out, links to folders
        are not followed.
        """
        start = f"{folder}/" if folder else ""
        return files_below(folder, (each[len(start) :] for each in self.listing if each.startswith(start)))

    def name(self, path: str) -> str:
        """
        The name of a file in messages.
        """
        return f"{self.label}:{path}" if self.label else path_name(path)


def _by_folder(listing: Mapping[str, ListedFile]) -> dict[str, set[str]]:
    result: dict[str, set[str]] = {}
    for path in listing:
        while path:
            above = posixpath.dirname(path)
            inside = result.setdefault(above, set())
            if path in inside:
                break
            inside.add(path)
            path = above  # noqa: PLW2901 - up through the folders until one is known
    return result


def commit_snapshot(repository: Path, commit: str, objects: Objects, label: str) -> Snapshot:
    """
    The files of a commit.
    """
    listing = {}
    for row in _rows(git(repository, "ls-tree", "-r", "-z", commit)):
        facts, _, path = row.partition("\t")
        mode, _, blob = facts.split(" ", 2)
        if mode in _FILES:
            listing[path] = ListedFile(blob, mode == _LINK)
    return Snapshot(listing, objects, repository, label)


def staged(repository: Path, objects: Objects) -> Snapshot:
    """
    The files of the index, that is of the next commit.

    Raises:
        InputError: the index has unmerged entries.
    """
    # A file that is only intended to be added is in the index without content.
    intended = set(
        _rows(git(repository, *without_filters(repository), "diff-files", "--diff-filter=A", "--name-only", "-z"))
    )
    listing = {}
    for row in _rows(git(repository, "ls-files", "-s", "-z")):
        facts, _, path = row.partition("\t")
        mode, blob, stage = facts.split(" ", 2)
        if path in intended:
            continue
        if stage != "0":
            raise InputError("the merge is not finished here", name=path, remedy="Resolve it and `git add` the file.")
        if mode in _FILES:
            listing[path] = ListedFile(blob, mode == _LINK)
    return Snapshot(listing, objects, repository, "index")


def submodules(repository: Path) -> tuple[str, ...]:
    """
    The folders of the submodules that the index names.
    """
    rows = (row.partition("\t") for row in _rows(git(repository, "ls-files", "-s", "-z")))
    return tuple(path for facts, _, path in rows if facts.startswith("160000 "))


def working(repository: Path, objects: Objects) -> Snapshot:
    """
    The files of the working tree, untracked ones included, ignored ones excluded. Those that a sparse checkout leaves
    out are as they are in the index.
    """
    gone = set(_rows(git(repository, "ls-files", "-z", "-d")))
    listing = {path: ListedFile("") for path in _untracked(repository)}
    for row in _rows(git(repository, "ls-files", "-s", "-t", "-z")):
        facts, _, path = row.partition("\t")
        tag, mode, blob, _ = facts.split(" ", 3)
        if mode in _FILES and (tag == _LEFT_OUT or path not in gone):
            listing[path] = ListedFile(blob, mode == _LINK) if tag == _LEFT_OUT else ListedFile("")
    return Snapshot(listing, objects, repository)


_LEFT_OUT = "S"
"""git's tag for a file that a sparse checkout leaves out."""


@dataclass(frozen=True, slots=True)
class SnapshotDiff:
    """
    The differences between two snapshots.

    Attributes:
        paths: of files that were added, deleted or modified.
        renamed: from old path to new path, for renames that git detects.
        submodules: those that stand at another commit than in the base, or are gone, with the commit of the base.
    """

    paths: frozenset[str]
    renamed: dict[str, str]
    submodules: dict[str, str] = field(default_factory=dict)


def changed(repository: Path, base: str, head: str | None, *, index: bool = False) -> SnapshotDiff:
    """
    The differences between a commit and another one, the index, or the working tree.

    Arguments:
        base, head: commits; a head of None is the index or the working tree.
        index: whether a head of None is the index.
    """
    options = ("--raw", "-z", "-M", "--ignore-submodules=dirty")
    if head is not None:
        out = git(repository, "diff-tree", "-r", "--no-commit-id", *options, base, head)
    else:
        # The detection of renames reads the working tree.
        reading = ["diff-index", "--cached"] if index else [*without_filters(repository), "diff-index"]
        out = git(repository, *reading, *options, base)
    paths, renamed, submodules = set(), {}, {}
    rows = iter(_rows(out))
    for facts in rows:
        path = next(rows)
        paths.add(path)
        if facts.startswith(f":{_SUBMODULE} "):
            submodules[path] = facts.split()[2]
        if facts.rpartition(" ")[2][:1] in ("R", "C"):
            new = next(rows)
            paths.add(new)
            renamed[path] = new
    if head is None and not index:
        paths.update(_untracked(repository))
    return SnapshotDiff(frozenset(paths), renamed, submodules)


def _untracked(repository: Path) -> Iterator[str]:
    return _rows(git(repository, "ls-files", "-z", "-o", "--exclude-standard"))


def _rows(out: bytes | None) -> Iterator[str]:
    return (each.decode("utf-8", "surrogateescape") for each in (out or b"").split(b"\0") if each)


@dataclass(frozen=True, slots=True)
class Base:
    """
    The base of a comparison.

    Attributes:
        commit: the merge base, or the revision itself where the history has none.
        tip: the revision as it is now; its policy applies.
        note: a remark about the choice; may be empty.
    """

    commit: str
    tip: str
    note: str = ""


def merge_base_of(repository: Path, tip: str, head: str | None, name: str) -> Base:
    """
    The commit to compare with, given the revision that a head is to be merged into.

    Arguments:
        repository: its root folder.
        tip: the commit of that revision.
        head: the commit to be merged; None for the checked-out one.
        name: the revision in messages.
    """
    result = git(repository, "merge-base", tip, head or "HEAD", missing_ok=True)
    commit = (result or b"").decode().strip()
    if commit:
        return Base(commit, tip)
    shallow = (git(repository, "rev-parse", "--is-shallow-repository", missing_ok=True) or b"").strip() == b"true"
    if shallow:
        note = (
            f"This clone is too shallow to show where the change left {name}, so it is compared with {name} as "
            "it is now. `git fetch --unshallow` (fetch-depth: 0) brings the rest."
        )
        return Base(tip, tip, note)
    return Base(tip, tip, f"{name} has no commit in common with the change; it is compared as it is now.")
