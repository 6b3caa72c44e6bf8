"""
The retire query: whether a version may be retired, and which releases still need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from schemadiff.catalog import Catalog, Contract, Version
from schemadiff.deployment.deploy import NO, YES, DeploymentProblem
from schemadiff.deployment.evidence import ENDED, UNDECIDED, Justification, window
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
    problems: tuple[DeploymentProblem, ...]
    reasons: tuple[Justification, ...]
    notes: tuple[Justification, ...]

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
    running = running_fleet(catalog, fleet)
    owner = catalog.contract(contract)
    retired = owner.version(version)
    writers, readers = _users(catalog, owner, version, running)
    problems = [*_window_problem(owner, retired, as_of), *_use_problems(owner, version, writers, readers)]
    reasons = []
    if window(retired, as_of) == ENDED:
        reasons.append(Justification(f"its support ended on {retired.sunset}", (f"{contract}@{version}",)))
    if not writers and catalog.services:
        reasons.append(Justification(f"no running release writes {contract} {version}", (f"{contract}@{version}",)))
    return Retirement(
        answer=NO if problems else YES if catalog.services else UNDECIDED,
        contract=contract,
        version=version,
        as_of=as_of,
        sunset=retired.sunset,
        needed_by=tuple(dict.fromkeys((*writers, *readers))),
        problems=tuple(problems),
        reasons=tuple(reasons),
        notes=_notes(catalog, contract, version, running),
    )


def retirable(catalog: Catalog, *, as_of: date, fleet: Fleet | None = None) -> tuple[Retirement, ...]:
    """
    The versions that may be retired on a day.
    """
    queries = (
        can_retire(catalog, contract.name, version.name, as_of=as_of, fleet=fleet)
        for contract in catalog.contracts
        for version in contract.versions
    )
    return tuple(query for query in queries if query.answer == YES)


def _users(catalog: Catalog, contract: Contract, version: str, fleet: Fleet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    The writers of a version, and the readers of no other version of its contract.
    """
    writers, readers = [], []
    for each in releases_in(catalog, fleet):
        if version in each.release.emits.get(contract.name, ()):
            writers.append(at(each.key))
        if reads_of(catalog, each.service.name, each.release).get(contract.name) == (version,):
            readers.append(at(each.key))
    return tuple(writers), tuple(readers)


def _window_problem(contract: Contract, version: Version, as_of: date) -> list[DeploymentProblem]:
    message = f"{contract.name}@{version.name}"
    if version.sunset is None:
        return [
            DeploymentProblem(
                Justification(f"{contract.name} {version.name} is not deprecated", (message,)),
                f"Publish a successor, set 'deprecated:' in the manifest, and wait {version.support_days} days.",
            )
        ]
    if as_of < version.sunset:
        return [
            DeploymentProblem(
                Justification(f"{contract.name} {version.name} is supported until {version.sunset}", (message,)),
                f"Wait until {version.sunset}, {(version.sunset - as_of).days} days from {as_of}.",
            )
        ]
    return []


def _use_problems(
    contract: Contract, version: str, writers: tuple[str, ...], readers: tuple[str, ...]
) -> list[DeploymentProblem]:
    message = f"{contract.name}@{version}"
    problems = [
        DeploymentProblem(
            Justification(f"{name.replace('@', ' ')} still writes {contract.name} {version}", (name, message)),
            "Replace it by a release that writes another version.",
        )
        for name in writers
    ]
    problems += [
        DeploymentProblem(
            Justification(f"{name.replace('@', ' ')} reads no other version of {contract.name}", (message, name)),
            "Replace it by a release that reads a newer version.",
        )
        for name in readers
    ]
    if len(contract.versions) == 1:
        problems.append(
            DeploymentProblem(
                Justification(f"it is the only version of {contract.name}", (message,)),
                "Publish a successor, or remove the whole contract.",
            )
        )
    return problems


def _notes(catalog: Catalog, contract: str, version: str, fleet: Fleet) -> tuple[Justification, ...]:
    notes = [
        Justification(
            f"wait until no {contract} {version} message is under way or queued, and nothing recorded is sent again",
            (f"{contract}@{version}",),
        )
    ]
    if not catalog.services:
        notes.append(Justification("the manifest names no services, so its users are unknown"))
    for service in catalog.services:
        for release in service.releases:
            if release.name not in fleet[service.name] and version in release.emits.get(contract, ()):
                name = at((service.name, release.name))
                notes.append(
                    Justification(
                        f"there is no way back to {service.name} {release.name} after it, since that writes {version}",
                        (name, f"{contract}@{version}"),
                    )
                )
    return tuple(notes)
