"""
Items about verdicts: between versions, since the last release, and along a rollout.
"""

from __future__ import annotations

from schemadiff.catalog import ChecklistEntry
from schemadiff.decide import Verdict
from schemadiff.deployment.rollout import shortest_rollout
from schemadiff.report.results import FAILED
from schemadiff.usecases.checklist.items import ChecklistInput, Outcome, left_open, outcome


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
    plan = shortest_rollout(catalog, as_of=given.as_of, verdicts=given.verdicts)
    if plan.answer != "plan":
        reasons = [f"No safe plan: {reason.text}." for reason in plan.reasons] or ["No plan was found."]
        return Outcome(FAILED, tuple(reasons), "schemadiff rollout")
    steps = []
    for step in plan.steps:
        what = f"{step.service}@{step.release}" if step.service else f"{step.contract}@{step.version}"
        milestones = ", ".join(map(str, step.milestones)) or "nothing new"
        steps.append(f"{step.number}. {step.action} {what}, from {step.day}: {milestones}.")
    return outcome((), steps or ["Everything that shall run runs already."], "schemadiff rollout")
