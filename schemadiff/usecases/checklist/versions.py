"""
Items about the versions of the contracts: tags, support windows, waivers, verdicts and the rollout.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from schemadiff.catalog import NO_TAG, ChecklistEntry
from schemadiff.decide import Verdict
from schemadiff.decide.version_tag import pinned
from schemadiff.deployment.rollout import shortest_rollout
from schemadiff.instance import parse_pointer
from schemadiff.report.results import FAILED
from schemadiff.usecases.checklist.items import ChecklistInput, Outcome, left_open, outcome

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
                    if sunset is not None and sunset <= given.workspace.options.day:
                        yield f"{service.name} {release} still writes {contract} {name}, which ended {sunset}."


def sunsets(given: ChecklistInput, entry: ChecklistEntry) -> Outcome:
    """
    The versions whose support ends soon; this item never fails.
    """
    evidence, today = [], given.workspace.options.day
    for days in _SUNSET_DAYS if entry.days is None else entry.days:
        until = today + timedelta(days=days)
        ending = [
            f"{contract.name} {version.name} on {version.sunset}"
            for contract, version in given.versions()
            if version.sunset is not None and today < version.sunset <= until
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
        if waiver.expires < given.workspace.options.day
    ]
    evidence = [f"{waiver.rule}, {waiver.owner}, until {waiver.expires}: {waiver.reason}" for waiver in waivers]
    return outcome(problems, evidence or ["There are none."], "schemadiff checklist")


def change_verdicts(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    Each promised direction between the last two versions of a contract is decided.
    """
    problems, evidence = [], []
    for comparison in given.comparisons:
        for direction in comparison.promised:
            verdict = comparison.judgement(direction).verdict
            text = f"{comparison.contract} {comparison.old} → {comparison.new}, {direction.value}: {verdict.value}."
            if verdict is Verdict.UNDECIDED:
                problems.append(text)
            else:
                evidence.append(text + (" It is a new version." if verdict is Verdict.BREAKING else ""))
    if not problems and not evidence:
        return left_open("No contract has two versions.")
    return outcome(problems, evidence, "schemadiff OLD NEW")


def unbroken_since_release(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    Each version of the last release is still compatible with what it was then.
    """
    if given.release is None:
        return left_open("No release was named to compare with (--release TAG).")
    problems: list[str] = []
    evidence: list[str] = []
    for each in given.since_release:
        for direction in each.promised:
            verdict = each.judgement(direction).verdict
            text = f"{each.contract} {each.new} since {given.release}, {direction.value}: {verdict.value}."
            (evidence if verdict is Verdict.COMPATIBLE else problems).append(text)
    if not given.since_release:
        evidence.append(f"No version of any contract was there at {given.release} and is still here.")
    return outcome(problems, evidence, f"schemadiff check --against {given.release}")


def safe_rollout(given: ChecklistInput, _: ChecklistEntry) -> Outcome:
    """
    There is an order in which the releases can be deployed without an incompatible pair.
    """
    catalog = given.workspace.catalog
    if not catalog.services:
        return left_open("The manifest names no services, so nothing is known to write or read a contract.")
    plan = shortest_rollout(catalog, as_of=given.workspace.options.day, verdicts=given.workspace.verdicts)
    if plan.answer != "plan":
        reasons = [f"No safe plan: {reason.text}." for reason in plan.reasons] or ["No plan was found."]
        return Outcome(FAILED, tuple(reasons), "schemadiff rollout")
    steps = []
    for step in plan.steps:
        what = f"{step.service}@{step.release}" if step.service else f"{step.contract}@{step.version}"
        milestones = ", ".join(map(str, step.milestones)) or "nothing new"
        steps.append(f"{step.number}. {step.action} {what}, from {step.day}: {milestones}.")
    return outcome((), steps or ["Everything that shall run runs already."], "schemadiff rollout")
