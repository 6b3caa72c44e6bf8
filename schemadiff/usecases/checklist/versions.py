"""
Items about the versions of the contracts: tags, support windows, waivers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from schemadiff.catalog import NO_TAG, ChecklistEntry
from schemadiff.decide.version_tag import pinned
from schemadiff.instance import parse_pointer
from schemadiff.usecases.checklist.items import ChecklistInput, Outcome, outcome

_SUNSET_DAYS = (30, 60, 90)


def versioned_messages(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    Each version pins its own tag, and each file that is named like a version is listed.
    """
    problems, evidence = [], []
    for contract, version in given.versions():
        field = contract.version_field
        if field in (None, NO_TAG):
            problems.append(f"{contract.name} has no version field, so a reader cannot tell its versions apart.")
            continue
        values = pinned(given.workspace.schemas[contract.name, version.name], parse_pointer(str(field)))
        if values != [version.name]:
            problems.append(f"{contract.name} {version.name} does not pin {field} to {version.name!r}.")
        else:
            evidence.append(f"{contract.name} {version.name} pins {field}.")
    problems += [
        f"{path} is named like a version, but the manifest does not list it." for path in given.workspace.catalog.strays
    ]
    return outcome(problems, evidence, "schemadiff graph")


def documented_windows(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    Each version has a day of publication, and no running release writes a version after its sunset.
    """
    problems, evidence = [], []
    for contract, version in given.versions():
        name = f"{contract.name} {version.name}"
        if version.published is None:
            problems.append(f"{name} has no day of publication.")
        elif version.deprecated is None:
            evidence.append(f"{name}: published {version.published}, current.")
        else:
            evidence.append(f"{name}: deprecated {version.deprecated}, supported until {version.sunset}.")
    problems += _emitted_beyond_window(given)
    return outcome(problems, evidence, "schemadiff graph")


def _emitted_beyond_window(given: ChecklistInput) -> Iterator[str]:
    catalog = given.workspace.catalog
    for service in catalog.services:
        for release in service.running:
            for contract, versions in service.release(release).emits.items():
                for name in versions:
                    sunset = catalog.contract(contract).version(name).sunset
                    if sunset is not None and sunset <= given.as_of:
                        yield f"{service.name} {release} still writes {contract} {name}, which ended {sunset}."


def sunsets(given: ChecklistInput, entry: ChecklistEntry) -> Outcome:
    """
    The versions whose support ends soon; this item never fails.
    """
    evidence = []
    for days in _SUNSET_DAYS if entry.days is None else entry.days:
        until = given.as_of + timedelta(days=days)
        ending = [
            f"{contract.name} {version.name} on {version.sunset}"
            for contract, version in given.versions()
            if version.sunset is not None and given.as_of < version.sunset <= until
        ]
        evidence.append(f"Within {days} days: {', '.join(ending) or 'nothing'}.")
    return outcome((), evidence, "schemadiff graph")


def waivers_in_force(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    No waiver has expired.
    """
    waivers = given.workspace.catalog.waivers
    problems = [
        f"The waiver of {waiver.rule} by {waiver.owner} expired on {waiver.expires}."
        for waiver in waivers
        if waiver.expires < given.as_of
    ]
    evidence = [f"{waiver.rule}, {waiver.owner}, until {waiver.expires}: {waiver.reason}" for waiver in waivers]
    return outcome(problems, evidence or ["There are none."], "schemadiff checklist")
