"""
A started program with all processes that it starts, however they detach themselves.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_ROUNDS = 20
"""How often processes are looked for: one may start another while it is being killed."""


@dataclass(frozen=True, slots=True)
class ProcessTree:
    """
    The mark by which the processes of a tree are found on Linux: a variable that they inherit. A process that leaves
    its group, its session and its parent keeps it.
    """

    mark: str = field(default_factory=lambda: f"SCHEMADIFF_TREE_{secrets.token_hex(16)}")

    def environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        """
        The environment of the first process.
        """
        return {**environment, self.mark: "1"}

    def kill(self, group: int | None) -> None:
        """
        Kill the processes of a group, and those with the mark. The group is None once its number may be that of others.
        """
        if group is not None:
            with contextlib.suppress(OSError):
                os.killpg(group, signal.SIGKILL)
        for _ in range(_ROUNDS):
            found = list(self._marked())
            for process in found:
                with contextlib.suppress(OSError):
                    os.kill(process, signal.SIGKILL)
            if not found:
                return

    def _marked(self) -> Iterator[int]:
        mark = f"{self.mark}=1".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # of another user, or gone
                if folder.stat().st_uid == os.getuid() and mark in (folder / "environ").read_bytes().split(b"\0"):
                    yield int(folder.name)
