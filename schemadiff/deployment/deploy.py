"""
The can-deploy query: whether a release may run beside the running ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from schemadiff.catalog import Catalog, Release, Service, Version
from schemadiff.deployment.evidence import (
    DEPRECATED,
    OVER,
    PLANNED,
    UNDECIDED,
    Reason,
    Replays,
    Verdicts,
    objection,
    replay_reason,
    window,
)
from schemadiff.deployment.fleet import (
    Conflict,
    Fleet,
    at,
    conflicts_between,
    conflicts_in,
    reads_of,
    releases_in,
    running_fleet,
)

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Problem:
    """
    A reason against a deployment or retirement.

    Attributes:
        reason: the reason.
        remedy: the change that would remove it.
    """

    reason: Reason
    remedy: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """
    Whether a release may be started.

    Attributes:
        answer: yes, no or undecided (contradicting evidence, or no service to check against).
        service, release, as_of: the query.
        beside: the co-resident releases, as ``service@release``.
        reasons: the justifications of a yes.
        problems: the reasons of a no.
        doubts: the evidence that makes a yes undecided.
        notes: remarks, conflicts that exist without it included.
    """

    kind: ClassVar[str] = "deployment"

    answer: str
    service: str
    release: str
    as_of: date
    beside: tuple[str, ...]
    reasons: tuple[Reason, ...]
    problems: tuple[Problem, ...]
    doubts: tuple[Reason, ...]
    notes: tuple[Reason, ...]

    @property
    def exit_code(self) -> int:
        """
        0 for yes, 1 for no, 3 for undecided.
        """
        return {YES: 0, NO: 1}.get(self.answer, 3)


def can_deploy(
    catalog: Catalog,
    service: str,
    release: str | None = None,
    *,
    as_of: date,
    fleet: Fleet | None = None,
    verdicts: Verdicts = None,
    replays: Replays = None,
) -> Deployment:
    """
    Whether a release may be started beside all running releases, older ones of its own service included.

    Arguments:
        catalog: contracts and services.
        service, release: the release to start; the newest by default.
        as_of: the day.
        fleet: the running releases by service, if other than in the manifest.
        verdicts, replays: containment verdicts and replay results, where available.

    Raises:
        UsageError: no such service or release.
    """
    owner = catalog.service(service)
    newcomer = owner.release(release) if release else owner.releases[-1]
    itself = (owner, newcomer)
    names = running_fleet(catalog, fleet)
    others = [each for each in releases_in(catalog, names) if (each[0].name, each[1].name) != (service, newcomer.name)]
    conflicts = list(_conflicts(catalog, itself, others, verdicts))
    problems = [Problem(each.reason, each.remedy) for each in conflicts]
    problems += _window_problems(catalog, newcomer, as_of)
    problems += _dropped(catalog, itself, [each[1] for each in others if each[0].name == service], as_of)
    reasons = list(_ways(catalog, itself, others, conflicts, replays))
    doubts = list(_doubts(catalog, itself, reasons, replays))
    before = {**names, service: tuple(each for each in names[service] if each != newcomer.name)}
    return Deployment(
        answer=NO if problems else UNDECIDED if doubts else YES,
        service=service,
        release=newcomer.name,
        as_of=as_of,
        beside=tuple(at((each[0].name, each[1].name)) for each in others),
        reasons=tuple(reasons),
        problems=tuple(problems),
        doubts=tuple(doubts),
        notes=(*_already(catalog, before, verdicts), *_ageing(catalog, newcomer, as_of)),
    )


def _conflicts(
    catalog: Catalog, itself: tuple[Service, Release], others: list[tuple[Service, Release]], verdicts: Verdicts
) -> Iterator[Conflict]:
    yield from conflicts_between(catalog, itself, itself, verdicts)
    for other in others:
        yield from conflicts_between(catalog, itself, other, verdicts)
        yield from conflicts_between(catalog, other, itself, verdicts)


def _already(catalog: Catalog, fleet: Fleet, verdicts: Verdicts) -> Iterator[Reason]:
    for conflict in conflicts_in(catalog, fleet, verdicts):
        yield Reason("already so without it: " + conflict.reason.text, conflict.reason.path)


def _ways(
    catalog: Catalog,
    itself: tuple[Service, Release],
    others: list[tuple[Service, Release]],
    conflicts: list[Conflict],
    replays: Replays,
) -> Iterator[Reason]:
    """
    The versions written by one release and read by another.
    """
    broken = {(each.contract, each.version, each.writer, each.reader) for each in conflicts}
    for other in others:
        for writer, reader in ((itself, other), (other, itself)):
            ends = (writer[0].name, writer[1].name), (reader[0].name, reader[1].name)
            reads = reads_of(catalog, reader[0].name, reader[1])
            for contract, versions in writer[1].emits.items():
                for version in versions if contract in reads else ():
                    if (contract, version, *ends) in broken:
                        continue
                    text = f"{' '.join(ends[0])} writes {contract} {version}, which {' '.join(ends[1])} reads"
                    shown = replay_reason(replays, contract, version)
                    yield Reason(
                        f"{text}; {shown.text}" if shown else text, (at(ends[0]), f"{contract}@{version}", at(ends[1]))
                    )


def _doubts(
    catalog: Catalog, itself: tuple[Service, Release], reasons: list[Reason], replays: Replays
) -> Iterator[Reason]:
    touched = {*itself[1].emits, *reads_of(catalog, itself[0].name, itself[1])}
    met = {reason.path[1].partition("@")[0] for reason in reasons}
    if not met:
        yield Reason(
            f"nothing that runs exchanges messages with {itself[0].name} {itself[1].name}: there is nothing to ask"
        )
    for contract in catalog.contracts:
        for version in contract.versions if contract.name in touched else ():
            word = f"{contract.name}@{version.name}"
            against = objection(replays, contract.name, version.name)
            if against is not None and any(each.path[1] == word for each in reasons):
                yield against


def _versions(catalog: Catalog, messages: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, Version]]:
    for contract, versions in messages.items():
        for version in versions:
            yield contract, catalog.contract(contract).version(version)


def _window_problems(catalog: Catalog, newcomer: Release, as_of: date) -> Iterator[Problem]:
    for contract, version in _versions(catalog, newcomer.emits):
        path = (newcomer.name, f"{contract}@{version.name}")
        state = window(version, as_of)
        if state == OVER:
            yield Problem(
                Reason(f"it writes {contract} {version.name}, whose support ended on {version.sunset}", path),
                "Let it write a version that is still supported.",
            )
        elif state == PLANNED:
            yield Problem(
                Reason(f"it writes {contract} {version.name}, which is published on {version.published} only", path),
                f"Wait until {version.published}.",
            )


def _ageing(catalog: Catalog, newcomer: Release, as_of: date) -> Iterator[Reason]:
    for contract, version in _versions(catalog, newcomer.emits):
        if window(version, as_of) == DEPRECATED:
            yield Reason(
                f"it writes {contract} {version.name}, which is deprecated and supported until {version.sunset}",
                (newcomer.name, f"{contract}@{version.name}"),
            )


def _dropped(
    catalog: Catalog, itself: tuple[Service, Release], beside: list[Release], as_of: date
) -> Iterator[Problem]:
    """
    Versions read today that would no longer be read before their sunset, whether or not a running release writes them.
    """
    if not beside:
        return
    now, then = reads_of(catalog, itself[0].name, beside[-1]), reads_of(catalog, itself[0].name, itself[1])
    for contract, version in _versions(catalog, now):
        if version.name not in then.get(contract, ()) and window(version, as_of) != OVER:
            until = f"until {version.sunset}" if version.sunset else "without an end"
            yield Problem(
                Reason(
                    f"it no longer reads {contract} {version.name}, which is supported {until}",
                    (f"{contract}@{version.name}", at((itself[0].name, itself[1].name))),
                ),
                f"Wait until {version.sunset}."
                if version.sunset
                else "Deprecate the version, and wait for its sunset.",
            )
