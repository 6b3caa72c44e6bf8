"""
Which of the recorded messages are replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeVar

from schemadiff.catalog import Catalog
from schemadiff.catalog.fixtures import Fixture
from schemadiff.replay.run import Recorded

_Fixture = TypeVar("_Fixture", bound=Fixture)


def recorded_since(fixtures: Iterable[_Fixture], day: date) -> Iterator[_Fixture]:
    """
    The fixtures recorded on a day or later. One that does not tell its day is not among them.
    """
    first = day.isoformat()
    return (each for each in fixtures if each.recorded_at is not None and each.recorded_at >= first)


def outside_window(catalog: Catalog, as_of: date) -> Callable[[Recorded], str | None]:
    """
    A function that tells why a fixture's version is not supported on a day, or None if it is.

    A fixture without a version, or with one that the catalog does not know, is for the worker to judge.
    """
    reasons: dict[tuple[str, str | None], str] = {}
    for contract in catalog.contracts:
        for version in contract.versions:
            name = f"{contract.name} {version.name}"
            if version.published is not None and as_of < version.published:
                reasons[contract.name, version.name] = f"{name} is not published before {version.published}"
            elif version.sunset is not None and as_of >= version.sunset:
                reasons[contract.name, version.name] = f"{name} has not been supported since {version.sunset}"
    return lambda fixture: reasons.get((fixture.contract, fixture.version))


def responses_of(catalog: Catalog) -> dict[str, str]:
    """
    From each request's contract to that of its response: the one that goes the other way between the same services.
    Where there are several, it is the one whose name goes with the request's: ``a_response`` with ``a_request``.
    """
    found: dict[str, str] = {}
    for request in catalog.contracts:
        if request.role != "request":
            continue
        answers = [
            each.name
            for each in catalog.contracts
            if each.role == "response" and (each.producer, each.consumer) == (request.consumer, request.producer)
        ]
        twins = [name for name in answers if name == request.name.replace("request", "response")]
        if len(answers) == 1 or twins:
            found[request.name] = (twins or answers)[0]
    return found
