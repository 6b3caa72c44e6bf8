"""
What a replay's report becomes as evidence of the version-support graph.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from schemadiff.deployment.model import Replayed
from schemadiff.errors import WorkerError
from schemadiff.replay.classify import AGREED, CHANGED, DANGEROUS, LENIENT, LOST, MALFORMED, ReplayOutcome
from schemadiff.replay.driver import SKIPPED
from schemadiff.replay.report import Tally
from schemadiff.usecases.graph import replay_evidence
from schemadiff.wire.worker_spec import Capabilities


class Message(NamedTuple):
    contract: str
    version: str | None
    name: str = "m"
    payload: bytes = b"{}"
    response: None = None
    service: None = None
    release: None = None
    generated: bool = False


def report(*messages: tuple[str | None, str, int], gave_up: str | None = None) -> Any:
    """
    Of so many messages of a version that are remembered for something.
    """
    tally = Tally()
    for version, kind, count in messages:
        for _ in range(count):
            tally.add(Message("order", version), ReplayOutcome("valid", "valid", "any", kind), None)
    return tally.report(
        worker="w",
        capabilities=Capabilities(),
        as_of=None,
        sides={},
        faults=(),
        restarts=0,
        gave_up=gave_up,
        resumed=0,
    )


def test_each_version_has_its_counts() -> None:
    """
    Also behind more examples of another version than a report keeps. What was not sent, or names no version, is left
    out.
    """
    found = replay_evidence(
        report(
            ("v1", DANGEROUS, 60),
            ("v2", AGREED, 5),
            ("v2", CHANGED, 1),
            ("v2", DANGEROUS, 2),
            ("v2", LOST, 3),
            ("v2", LENIENT, 1),
            ("v2", MALFORMED, 1),
            ("v2", SKIPPED, 9),
            (None, AGREED, 4),
            ("v3", SKIPPED, 4),
        )
    )

    assert found == {
        ("order", "v1"): Replayed(60, refused=60),
        ("order", "v2"): Replayed(13, refused=2, failed=3, odd=2),
    }
    assert found["order", "v2"].as_expected == 6


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (report(), "nothing was replayed"),
        (report(("v1", SKIPPED, 3)), "nothing was replayed"),
        (report(("v1", AGREED, 3), gave_up="it died ten times"), "given up: it died ten times"),
    ],
)
def test_a_replay_that_shows_nothing_is_an_error(made: Any, words: str) -> None:
    """
    No evidence is never taken for good evidence.
    """
    with pytest.raises(WorkerError, match=words):
        replay_evidence(made)
