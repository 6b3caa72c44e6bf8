"""
What others found out, as values: verdicts between versions, and what a replay showed.

Nothing here compares schemas or runs workers; whoever does hands the answers over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from schemadiff.catalog import Contract, Version

COMPATIBLE, BREAKING, UNDECIDED = "compatible", "breaking", "undecided"

SAME = "same"
"""The verdict between a version and itself."""

Verdicts: TypeAlias = (
    "Mapping[tuple[str, str, str], tuple[str, str]] | Callable[[str, str, str], tuple[str, str]] | None"
)
"""From contract, old version and new version to the backward and the forward verdict, version tags mapped."""

PLANNED, CURRENT, DEPRECATED, OVER = "planned", "current", "deprecated", "over"
"""Where a version is in its life on a day: not yet published, in use, to be left, no longer supported."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """
    What happened to the recorded messages of one version.

    Attributes:
        total: how many there are.
        refused: valid by the schema, yet rejected by the worker.
        failed: answered by a crash, by nothing in time, by what is no answer, or by an error that is not about them.
        odd: invalid by every schema, yet accepted; or answered by what breaks the contract of answers.
    """

    total: int
    refused: int = 0
    failed: int = 0
    odd: int = 0

    @property
    def against(self) -> bool:
        """
        Whether it speaks against a claim that the version is read.
        """
        return bool(self.refused or self.failed)

    @property
    def wrong(self) -> str:
        """
        What went otherwise than expected, in words; empty if nothing did.
        """
        counts = ((self.refused, "valid ones refused"), (self.failed, "failed"), (self.odd, "answered oddly"))
        return ", ".join(f"{count} {words}" for count, words in counts if count)

    @property
    def well(self) -> int:
        """
        How many went as expected.
        """
        return self.total - self.refused - self.failed - self.odd


Replays: TypeAlias = "Mapping[tuple[str, str], Replayed] | None"
"""From contract and version to what a replay showed."""


@dataclass(frozen=True, slots=True)
class Reason:
    """
    A sentence, and what it follows from.

    Attributes:
        text: for people; names in it are as the manifest has them.
        path: from the one who writes over the message to the one who reads, as
            ``("shop@2.0", "order@v2", "warehouse@2.0")``.
    """

    text: str
    path: tuple[str, ...] = ()


def fits(verdicts: Verdicts, contract: Contract, written: str, read: str) -> str:
    """
    Whether everything written in one version is valid in another, save for the version's tag.

    Returns:
        same, compatible, breaking or undecided.
    """
    if written == read:
        return SAME
    names = [each.name for each in contract.versions]
    forwards = names.index(written) > names.index(read)
    pair = (contract.name, *((read, written) if forwards else (written, read)))
    if verdicts is None:
        return UNDECIDED
    found = verdicts(*pair) if callable(verdicts) else verdicts.get(pair, (UNDECIDED, UNDECIDED))
    return found[1] if forwards else found[0]


def window(version: Version, as_of: date) -> str:
    """
    Where a version is in its life.
    """
    if version.sunset is not None and as_of >= version.sunset:
        return OVER
    if version.deprecated is not None and as_of >= version.deprecated:
        return DEPRECATED
    if version.published is not None and as_of < version.published:
        return PLANNED
    return CURRENT


def replay_reason(replays: Replays, contract: str, version: str) -> Reason | None:
    """
    What the replay adds to a claim that a version is read; None without a replay.
    """
    found = replays.get((contract, version)) if replays else None
    if found is None or not found.total:
        return None
    text = f"{found.well} of {found.total} replayed {contract} {version} messages went through the worker as expected"
    return Reason(f"{text}, {found.wrong}" if found.wrong else text)


def objection(replays: Replays, contract: str, version: str) -> Reason | None:
    """
    What a replay holds against a claim that a version is read; None if it holds nothing against it.
    """
    found = replays.get((contract, version)) if replays else None
    shown = replay_reason(replays, contract, version)
    if found is None or shown is None or not found.against:
        return None
    return Reason(f"the replay speaks against it: {shown.text}", (f"{contract}@{version}",))
