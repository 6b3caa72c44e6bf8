"""
Selection of the recorded messages to replay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from schemadiff.catalog import Catalog
from schemadiff.catalog.fixtures import Fixture


def recorded_since(fixtures: Iterable[Fixture], day: date) -> Iterator[Fixture]:
    """
    The fixtures recorded on a day or later; those without a recording day are left out.
    """
    first = day.isoformat()
    return (fixture for fixture in fixtures if fixture.recorded_at is not None and fixture.recorded_at >= first)


def outside_window(catalog: Catalog, as_of: date) -> Callable[[Fixture], str | None]:
    """
    A function that gives the reason why a fixture's version is not supported on a day; None if it is, or if the
    catalog does not have it.
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
    From each request's contract to that of its response: the one in the other direction between the same services.
    Of several, it is the one whose name corresponds to the request's, as ``a_response`` to ``a_request``.
    """
    pairs: dict[str, str] = {}
    for request in catalog.contracts:
        if request.role != "request":
            continue
        answers = [
            contract.name
            for contract in catalog.contracts
            if contract.role == "response"
            and (contract.producer, contract.consumer) == (request.consumer, request.producer)
        ]
        twins = [name for name in answers if name == request.name.replace("request", "response")]
        if len(answers) == 1 or twins:
            pairs[request.name] = (twins or answers)[0]
    return pairs
