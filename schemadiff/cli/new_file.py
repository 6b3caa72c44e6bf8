"""
Output files: whole or not at all, and through no link, for a checkout may hold links that a change has planted.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from schemadiff.errors import UsageError


def write_file(path: Path, content: bytes) -> None:
    """
    Write a file under a name that nobody can guess, and rename it. Devices such as ``/dev/null`` are written to.

    Raises:
        UsageError: it cannot be written, or it is a link, a pipe or a folder, or is reached through a link of the
            working directory.
    """
    try:
        mode = _target_mode(path)
        if mode is not None and stat.S_ISCHR(mode):
            path.write_bytes(content)
        else:
            _replace(path, content, 0o666 if mode is None else stat.S_IMODE(mode))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _target_mode(path: Path) -> int | None:
    """
    The mode of a file that may be replaced; None where there is none yet.
    """
    here = Path.cwd()
    full = here / path
    if ".." not in path.parts and full.is_relative_to(here):
        for above in full.parents:
            if above == here:
                break
            if above.is_symlink():
                raise _refusal(path, f"the folder {above.relative_to(here)} is a link")
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode) and not stat.S_ISCHR(mode):
        kinds = {stat.S_IFLNK: "a link", stat.S_IFIFO: "a pipe", stat.S_IFDIR: "a folder"}
        raise _refusal(path, f"it is {kinds.get(stat.S_IFMT(mode), 'no plain file')}")
    return mode


def _replace(path: Path, content: bytes, mode: int) -> None:
    part = path.with_name(f".{path.name[:100]}.{os.urandom(8).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(part, flags, mode), "wb") as stream:
            stream.write(content)
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _refusal(path: Path, reason: str) -> UsageError:
    return UsageError(
        f"{path} is not written: {reason}", remedy="Remove it, name another file, or leave -o out for standard output."
    )
