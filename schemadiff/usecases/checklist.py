"""
The release checklist: what the tool can check it checks, with evidence; the rest is left to a person.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from schemadiff.catalog import Contract, Version
from schemadiff.decide import Comparison, Verdict
from schemadiff.decide.version_tag import pinned
from schemadiff.deployment import Verdicts, rollout
from schemadiff.errors import InputError
from schemadiff.instance import parse_pointer
from schemadiff.instance.parse import decode
from schemadiff.replay import ReplayReport
from schemadiff.report.results import CHECKED, FAILED, OPEN, Checklist, ChecklistItem
from schemadiff.schema import parse_text
from schemadiff.usecases.replay import Contracts
from schemadiff.validators.harness import Validators

ERROR_MEMBERS = ("status", "error_type", "message", "retryable", "schema_version", "job_id")
"""What every error response holds, whatever else it holds."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """
    What the items are checked against.

    Attributes:
        contracts: the contracts with their schemas.
        comparisons: of each contract's last two versions.
        replay: what the worker did with the recorded messages; None if it was not asked.
        as_of: the day of the release.
        release: the revision of the last release; None if nobody named one.
        since_release: of each version as it was then with what it is now.
        verdicts: between any two versions, for the rollout.
    """

    contracts: Contracts
    comparisons: Sequence[Comparison]
    replay: ReplayReport | None
    as_of: date
    release: str | None = None
    since_release: Sequence[Comparison] = ()
    verdicts: Verdicts = None


def checklist(grounds: Grounds) -> Checklist:
    """
    Check every item.
    """
    items = tuple(check(grounds) for check in _CHECKS)
    return Checklist(grounds.as_of.isoformat(), items)


def _item(title: str, problems: list[str], evidence: list[str], reproduce: str) -> ChecklistItem:
    return ChecklistItem(None, title, FAILED if problems else CHECKED, tuple(problems or evidence), reproduce)


def _versions(grounds: Grounds) -> Iterator[tuple[Contract, Version]]:
    for contract in grounds.contracts.catalog.contracts:
        for version in contract.versions:
            yield contract, version


def _versioned(grounds: Grounds) -> ChecklistItem:
    problems, evidence = [], []
    for contract, version in _versions(grounds):
        field = contract.version_field
        if field in (None, "none"):
            problems.append(f"{contract.name} has no version field, so a reader cannot tell its versions apart.")
            continue
        values = pinned(grounds.contracts.schemas[contract.name, version.name], parse_pointer(str(field)))
        if values != [version.name]:
            problems.append(f"{contract.name} {version.name} does not pin {field} to {version.name!r}.")
        else:
            evidence.append(f"{contract.name} {version.name} pins {field}.")
    problems += [
        f"{path} is named like a version, but the manifest does not list it."
        for path in grounds.contracts.catalog.strays
    ]
    if not evidence and not problems:
        problems.append("There are no contracts.")
    return _item("Message schemas are versioned", problems, evidence, "schemadiff graph")


def _responses(grounds: Grounds) -> ChecklistItem:
    title = "Response and error shapes are standardised"
    responses = [each for each in _versions(grounds) if each[0].role == "response"]
    if not responses:
        return ChecklistItem(None, title, OPEN, ("No contract of the manifest has the role of a response.",), "")
    problems, evidence = [], []
    types = _error_types(grounds)
    for contract, version in responses:
        validators = Validators(grounds.contracts.schemas[contract.name, version.name])
        wrong = list(_error_problems(validators, version.name, types))
        problems += [f"{contract.name} {version.name} {each}" for each in wrong]
        if not wrong:
            evidence.append(
                f"{contract.name} {version.name} accepts an error of each of {len(types)} types, and refuses one that "
                f"lacks any of {', '.join(ERROR_MEMBERS)}."
            )
    return _item(title, problems, evidence, "schemadiff checklist")


def _error(version: str, kind: str) -> dict[str, object]:
    return {
        "schema_version": version,
        "job_id": "job-00000001",
        "status": "error",
        "error_type": kind,
        "message": "why",
        "retryable": False,
    }


def _error_problems(validators: Validators, version: str, types: Sequence[str]) -> Iterator[str]:
    accepted = 0
    for kind in types:
        sample = _error(version, kind)
        verdicts = [validators.check({**sample, "retryable": retryable}).agreed for retryable in (False, True)]
        if True not in verdicts:
            yield f"refuses an error of type {kind}."
            continue
        accepted += 1
        sample["retryable"] = verdicts[0] is not True
        for member in ERROR_MEMBERS:
            if validators.check({name: value for name, value in sample.items() if name != member}).agreed is not False:
                yield f"accepts an error of type {kind} without {member}."
    if not accepted:
        yield "has no error shape."


def _error_types(grounds: Grounds) -> list[str]:
    """
    The error types that the retry table decides on.
    """
    return sorted(_retry_table(grounds) or {"validation_error": ""})


def _retry_table(grounds: Grounds) -> dict[str, str] | None:
    """
    The decision for each error type; None where no table lies beside the contracts.

    Raises:
        InputError: the table has another form.
    """
    tree, path = grounds.contracts.tree, posixpath.join(grounds.contracts.catalog.folder, "retry.yaml")
    data = tree.read(path)
    if data is None:
        return None
    value, _ = parse_text(decode(data, name=path), name=path)
    rows = value.get("error_types") if isinstance(value, dict) else None
    if not isinstance(rows, dict) or not all(isinstance(row, dict) and "decision" in row for row in rows.values()):
        raise InputError("error_types needs a decision for each type", name=tree.name(path))
    return {name: str(row["decision"]) for name, row in rows.items()}


def _windows(grounds: Grounds) -> ChecklistItem:
    problems, evidence = [], []
    for contract, version in _versions(grounds):
        name = f"{contract.name} {version.name}"
        if version.published is None:
            problems.append(f"{name} has no day of publication.")
        elif version.deprecated is None:
            evidence.append(f"{name}: published {version.published}, current.")
        else:
            evidence.append(f"{name}: deprecated {version.deprecated}, supported until {version.sunset}.")
    problems += _emitted_beyond_window(grounds)
    return _item("Compatibility and deprecation windows are documented", problems, evidence, "schemadiff graph")


def _emitted_beyond_window(grounds: Grounds) -> list[str]:
    found = []
    catalog = grounds.contracts.catalog
    for service in catalog.services:
        for release in service.running:
            for contract, versions in service.release(release).emits.items():
                for name in versions:
                    sunset = catalog.contract(contract).version(name).sunset
                    if sunset is not None and sunset <= grounds.as_of:
                        found.append(f"{service.name} {release} still writes {contract} {name}, which ended {sunset}.")
    return found


def _verdicts(grounds: Grounds) -> ChecklistItem:
    problems, evidence = [], []
    for each in grounds.comparisons:
        for direction in each.promised:
            verdict = each.judgement(direction).verdict
            text = f"{each.contract} {each.old} → {each.new}, {direction.value}: {verdict.value}."
            if verdict is Verdict.UNDECIDED:
                problems.append(text)
            else:
                evidence.append(text + (" It is a new version." if verdict is Verdict.BREAKING else ""))
    if not problems and not evidence:
        return ChecklistItem(
            None, "Every change of a contract has a verdict", OPEN, ("No contract has two versions.",), ""
        )
    return _item("Every change of a contract has a verdict", problems, evidence, "schemadiff OLD NEW")


def _since_release(grounds: Grounds) -> ChecklistItem:
    title = "No published version was broken since the last release"
    if grounds.release is None:
        return ChecklistItem(None, title, OPEN, ("No release was named to compare with (--release TAG).",), "")
    problems: list[str] = []
    evidence: list[str] = []
    for each in grounds.since_release:
        for direction in each.promised:
            verdict = each.judgement(direction).verdict
            text = f"{each.contract} {each.new} since {grounds.release}, {direction.value}: {verdict.value}."
            (evidence if verdict is Verdict.COMPATIBLE else problems).append(text)
    if not grounds.since_release:
        evidence.append(f"No version of any contract was there at {grounds.release} and is still here.")
    return _item(title, problems, evidence, f"schemadiff check --against {grounds.release}")


def _rollout(grounds: Grounds) -> ChecklistItem:
    title = "There is a safe order of rollout"
    catalog = grounds.contracts.catalog
    if not catalog.services:
        return ChecklistItem(
            None, title, OPEN, ("The manifest names no services, so nobody is known to write or read anything.",), ""
        )
    plan = rollout(catalog, as_of=grounds.as_of, verdicts=grounds.verdicts)
    if plan.answer != "plan":
        reasons = [f"No safe plan: {each.text}." for each in plan.reasons] or ["No plan was found."]
        return ChecklistItem(None, title, FAILED, tuple(reasons), "schemadiff rollout")
    steps = [
        f"{step.number}. {step.action} {step.service}@{step.release}"
        if step.service
        else f"{step.number}. {step.action} {step.contract}@{step.version}"
        for step in plan.steps
    ]
    steps = [
        f"{text}, from {step.day}: {', '.join(map(str, step.milestones)) or 'nothing new'}."
        for text, step in zip(steps, plan.steps, strict=True)
    ]
    return ChecklistItem(
        None, title, CHECKED, tuple(steps) or ("Everything that shall run runs already.",), "schemadiff rollout"
    )


def _consumer(grounds: Grounds) -> ChecklistItem:
    title = "The consumer validates, and agrees with the schemas"
    replay = grounds.replay
    if replay is None:
        return ChecklistItem(None, title, OPEN, ("No worker was replayed.",), "")
    rejected = sum(cell.fixtures for cell in replay.cells if cell.outcome == "rejected")
    problems = []
    if replay.failed:
        wrong = {kind: count for kind, count in replay.kinds.items() if count and kind not in ("agreed", "changed")}
        told = ", ".join(f"{count} {kind}" for kind, count in wrong.items()) or "nothing was answered"
        problems.append(f"Of {replay.total} messages: {told}.")
    elif not rejected:
        problems.append("No invalid message is among the fixtures, so nothing shows that the worker rejects any.")
    evidence = [f"{replay.total} messages replayed; {rejected} invalid ones rejected, no other disagreement."]
    return _item(title, problems, evidence, "schemadiff replay")


def _retries(grounds: Grounds) -> ChecklistItem:
    title = "Retry decisions are mapped to error types"
    table = _retry_table(grounds)
    if table is None:
        return ChecklistItem(None, title, OPEN, ("There is no retry table beside the contracts.",), "")
    problems = []
    for contract, version in _versions(grounds):
        if contract.role == "response":
            validators = Validators(grounds.contracts.schemas[contract.name, version.name])
            if not _refuses_other_types(validators, version.name):
                problems.append(f"{contract.name} {version.name} allows error types that the table does not decide on.")
    evidence = [f"{kind}: {decision}." for kind, decision in table.items()]
    return _item(title, problems, evidence, "schemadiff checklist")


def _refuses_other_types(validators: Validators, version: str) -> bool:
    sample = _error(version, "a_type_that_nobody_has_heard_of")
    return all(validators.check({**sample, "retryable": each}).agreed is False for each in (True, False))


def _waivers(grounds: Grounds) -> ChecklistItem:
    waivers = grounds.contracts.catalog.waivers
    problems = [
        f"The waiver of {each.rule} by {each.owner} expired on {each.expires}."
        for each in waivers
        if each.expires < grounds.as_of
    ]
    evidence = [f"{each.rule}, {each.owner}, until {each.expires}: {each.reason}" for each in waivers]
    return _item("Waivers in force are known", problems, evidence or ["There are none."], "schemadiff checklist")


def _sunsets(grounds: Grounds) -> ChecklistItem:
    evidence = []
    for days in (30, 60, 90):
        until = grounds.as_of + timedelta(days=days)
        ending = [
            f"{contract.name} {version.name} on {version.sunset}"
            for contract, version in _versions(grounds)
            if version.sunset is not None and grounds.as_of < version.sunset <= until
        ]
        evidence.append(f"Within {days} days: {', '.join(ending) or 'nothing'}.")
    return _item("What ends soon is known", [], evidence, "schemadiff graph")


def _producer(grounds: Grounds) -> ChecklistItem:
    producers = sorted({each.producer for each in grounds.contracts.catalog.contracts if each.producer}) or ["nobody"]
    evidence = (
        f"Named as producers: {', '.join(producers)}. Whether they validate before they send, no file here shows."
    )
    return ChecklistItem(None, "The producer validates before it sends", OPEN, (evidence,), "")


_WORKFLOWS = (".github/workflows", ".ci", ".gitlab-ci.yml", ".circleci", "azure-pipelines.yml", "Jenkinsfile")


def _ci(grounds: Grounds) -> ChecklistItem:
    title = "CI enforces it"
    tree = grounds.contracts.tree
    for place in _WORKFLOWS:
        for path in tree.files(place) or [place]:
            text = (tree.read(path) or b"").decode("utf-8", "replace")
            line = next((n for n, each in enumerate(text.split("\n"), 1) if "schemadiff" in each.split("#")[0]), None)
            if line is not None:
                return ChecklistItem(None, title, CHECKED, (f"{path}:{line} runs schemadiff.",), "")
    return ChecklistItem(None, title, OPEN, (f"None of {', '.join(_WORKFLOWS)} runs schemadiff.",), "")


_CHECKS: tuple[Callable[[Grounds], ChecklistItem], ...] = (
    _versioned,
    _producer,
    _consumer,
    _ci,
    _responses,
    _windows,
    _retries,
    _verdicts,
    _since_release,
    _waivers,
    _sunsets,
    _rollout,
)
"""Every check, in the order in which the checklist prints it."""
