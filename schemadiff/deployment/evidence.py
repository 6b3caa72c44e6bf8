"""
Evidence as values: containment verdicts between versions, and replay results.

Nothing here compares schemas or runs workers; the results are passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from schemadiff.catalog import Catalog, Contract, Version

COMPATIBLE, BREAKING, UNDECIDED = "compatible", "breaking", "undecided"

SAME = "same"
"""The verdict between a version and itself."""

Verdicts: TypeAlias = (
    "Mapping[tuple[str, str, str], tuple[str, str]] | Callable[[str, str, str], tuple[str, str]] | None"
)
"""From contract, old version and new version to the backward and the forward verdict, version tags mapped."""

PLANNED, CURRENT, DEPRECATED, ENDED = "planned", "current", "deprecated", "over"
"""The state of a version on a day: not yet published, current, deprecated, past its sunset."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """
    The replay results of the recorded messages of one version.

    Attributes:
        total: the number of messages.
        refused: valid under the schema, rejected by the worker.
        failed: crashed, timed out, garbled, or answered by an error unrelated to the message.
        odd: invalid under every schema, accepted; or answered by a response that violates its contract.
    """

    total: int
    refused: int = 0
    failed: int = 0
    odd: int = 0

    @property
    def contradicts(self) -> bool:
        """
        Whether it contradicts the claim that the version is read.
        """
        return bool(self.refused or self.failed)

    @property
    def deviations(self) -> str:
        """
        The unexpected results in words; empty if there are none.
        """
        counts = ((self.refused, "valid ones refused"), (self.failed, "failed"), (self.odd, "deviated"))
        return ", ".join(f"{count} {words}" for count, words in counts if count)

    @property
    def as_expected(self) -> int:
        """
        The number of expected results.
        """
        return self.total - self.refused - self.failed - self.odd


Replays: TypeAlias = "Mapping[tuple[str, str], Replayed] | None"
"""From contract and version to replay results."""


@dataclass(frozen=True, slots=True)
class Justification:
    """
    A justification: a sentence, and the path from which it follows.

    Attributes:
        text: the sentence; names in it are the manifest's.
        path: from the writer over the message to the reader, as
            ``("shop@2.0", "order@v2", "warehouse@2.0")``.
    """

    text: str
    path: tuple[str, ...] = ()


def fits(verdicts: Verdicts, contract: Contract, written: str, read: str) -> str:
    """
    The verdict whether everything written in one version is valid in another, version tag mapped.

    Returns:
        same, compatible, breaking or undecided.
    """
    if written == read:
        return SAME
    names = [version.name for version in contract.versions]
    forwards = names.index(written) > names.index(read)
    pair = (contract.name, *((read, written) if forwards else (written, read)))
    if verdicts is None:
        return UNDECIDED
    backward, forward = verdicts(*pair) if callable(verdicts) else verdicts.get(pair, (UNDECIDED, UNDECIDED))
    return forward if forwards else backward


def window(version: Version, as_of: date) -> str:
    """
    The state of a version on a day.
    """
    if version.sunset is not None and as_of >= version.sunset:
        return ENDED
    if version.deprecated is not None and as_of >= version.deprecated:
        return DEPRECATED
    if version.published is not None and as_of < version.published:
        return PLANNED
    return CURRENT


def replay_reason(replays: Replays, contract: str, version: str) -> Justification | None:
    """
    The justification that a replay adds to the claim that a version is read; None without a replay.
    """
    replayed = replays.get((contract, version)) if replays else None
    if replayed is None or not replayed.total:
        return None
    counts = f"{replayed.as_expected} of {replayed.total} replayed"
    text = f"{counts} {contract} {version} messages went through the worker as expected"
    return Justification(f"{text}, {replayed.deviations}" if replayed.deviations else text)


def objections(catalog: Catalog, messages: set[str], replays: Replays) -> Iterator[Justification]:
    """
    The contradictions between a replay and the claim that some versions, as ``contract@version``, are read.
    """
    for contract in catalog.contracts:
        for version in contract.versions:
            replayed = replays.get((contract.name, version.name)) if replays else None
            reason = replay_reason(replays, contract.name, version.name)
            message = f"{contract.name}@{version.name}"
            if replayed is not None and reason is not None and replayed.contradicts and message in messages:
                yield Justification(f"the replay speaks against it: {reason.text}", (message,))
