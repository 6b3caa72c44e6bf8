"""
The retire query: whether a version may be retired, and which releases still need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from schemadiff.catalog import Catalog, Contract, Version
from schemadiff.deployment.deploy import NO, YES, Problem
from schemadiff.deployment.evidence import OVER, UNDECIDED, Reason, window
from schemadiff.deployment.fleet import Fleet, at, reads_of, releases_in, running_fleet


@dataclass(frozen=True, slots=True)
class Retirement:
    """
    Whether a version may be retired.

    Attributes:
        answer: yes, no, or undecided where the manifest names no services.
        contract, version, as_of: the query.
        sunset: the first day on which it is no longer supported; None if it is not deprecated.
        needed_by: running releases that still write it, or read no other version, as ``service@release``.
        problems: the reasons of a no.
        reasons: the justifications of a yes.
        notes: remarks: preconditions and consequences.
    """

    kind: ClassVar[str] = "retirement"

    answer: str
    contract: str
    version: str
    as_of: date
    sunset: date | None
    needed_by: tuple[str, ...]
    problems: tuple[Problem, ...]
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...]

    @property
    def exit_code(self) -> int:
        """
        0 for yes, 1 for no, 3 for undecided.
        """
        return {YES: 0, NO: 1}.get(self.answer, 3)


def can_retire(catalog: Catalog, contract: str, version: str, *, as_of: date, fleet: Fleet | None = None) -> Retirement:
    """
    Whether a version of a contract may be retired on a day.

    Arguments:
        catalog: contracts and services.
        contract, version: the version to retire.
        as_of: the day.
        fleet: the running releases, if other than in the manifest.

    Raises:
        UsageError: no such contract, version, service or release.
    """
    names = running_fleet(catalog, fleet)
    message = catalog.contract(contract)
    there = message.version(version)
    writers, readers = _users(catalog, message, version, names)
    problems = [*_window_problem(message, there, as_of), *_use_problems(message, version, writers, readers)]
    reasons = []
    if window(there, as_of) == OVER:
        reasons.append(Reason(f"its support ended on {there.sunset}", (f"{contract}@{version}",)))
    if not writers and catalog.services:
        reasons.append(Reason(f"no running release writes {contract} {version}", (f"{contract}@{version}",)))
    return Retirement(
        answer=NO if problems else YES if catalog.services else UNDECIDED,
        contract=contract,
        version=version,
        as_of=as_of,
        sunset=there.sunset,
        needed_by=tuple(dict.fromkeys((*writers, *readers))),
        problems=tuple(problems),
        reasons=tuple(reasons),
        notes=_notes(catalog, contract, version, names),
    )


def retirable(catalog: Catalog, *, as_of: date, fleet: Fleet | None = None) -> tuple[Retirement, ...]:
    """
    The versions that may be retired on a day.
    """
    asked = (
        can_retire(catalog, contract.name, version.name, as_of=as_of, fleet=fleet)
        for contract in catalog.contracts
        for version in contract.versions
    )
    return tuple(each for each in asked if each.answer == YES)


def _users(catalog: Catalog, contract: Contract, version: str, fleet: Fleet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    The writers of a version, and the readers of no other version of its contract.
    """
    writers, readers = [], []
    for service, release in releases_in(catalog, fleet):
        name = at((service.name, release.name))
        if version in release.emits.get(contract.name, ()):
            writers.append(name)
        if reads_of(catalog, service.name, release).get(contract.name) == (version,):
            readers.append(name)
    return tuple(writers), tuple(readers)


def _window_problem(contract: Contract, version: Version, as_of: date) -> list[Problem]:
    word = f"{contract.name}@{version.name}"
    if version.sunset is None:
        return [
            Problem(
                Reason(f"{contract.name} {version.name} is not deprecated", (word,)),
                f"Publish a successor, set 'deprecated:' in the manifest, and wait {version.support_days} days.",
            )
        ]
    if as_of < version.sunset:
        return [
            Problem(
                Reason(f"{contract.name} {version.name} is supported until {version.sunset}", (word,)),
                f"Wait until {version.sunset}, {(version.sunset - as_of).days} days from {as_of}.",
            )
        ]
    return []


def _use_problems(
    contract: Contract, version: str, writers: tuple[str, ...], readers: tuple[str, ...]
) -> list[Problem]:
    word = f"{contract.name}@{version}"
    found = [
        Problem(
            Reason(f"{name.replace('@', ' ')} still writes {contract.name} {version}", (name, word)),
            "Replace it by a release that writes another version.",
        )
        for name in writers
    ]
    found += [
        Problem(
            Reason(f"{name.replace('@', ' ')} reads no other version of {contract.name}", (word, name)),
            "Replace it by a release that reads a newer version.",
        )
        for name in readers
    ]
    if len(contract.versions) == 1:
        found.append(
            Problem(
                Reason(f"it is the only version of {contract.name}", (word,)),
                "Publish a successor, or remove the whole contract.",
            )
        )
    return found


def _notes(catalog: Catalog, contract: str, version: str, fleet: Fleet) -> tuple[Reason, ...]:
    notes = [
        Reason(
            f"wait until no {contract} {version} message is under way or queued, and nothing recorded is sent again",
            (f"{contract}@{version}",),
        )
    ]
    if not catalog.services:
        notes.append(Reason("the manifest names no services, so nobody could be asked who still needs it"))
    for service in catalog.services:
        for release in service.releases:
            if release.name not in fleet[service.name] and version in release.emits.get(contract, ()):
                name = at((service.name, release.name))
                notes.append(
                    Reason(
                        f"there is no way back to {service.name} {release.name} after it, since that writes {version}",
                        (name, f"{contract}@{version}"),
                    )
                )
    return tuple(notes)
