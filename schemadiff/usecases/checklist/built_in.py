"""
The built-in items of the checklist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schemadiff.catalog import NO_TAG, Catalog, ChecklistEntry
from schemadiff.usecases.checklist import compatibility, enforcement, error_contract, versions
from schemadiff.usecases.checklist.items import ChecklistInput, Outcome


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """
    A built-in item.

    Attributes:
        id: its id in the manifest.
        title: what must be true.
        check: from the input and the entry of the manifest to the outcome.
        declared: whether a catalog says something that the item is about; without a list in the manifest only such
            items are checked.
    """

    id: str
    title: str
    check: Callable[[ChecklistInput, ChecklistEntry], Outcome]
    declared: Callable[[Catalog], bool]


def _always(_: Catalog) -> bool:
    return True


def _versions(catalog: Catalog) -> bool:
    return any(contract.version_field not in (None, NO_TAG) for contract in catalog.contracts)


def _producers(catalog: Catalog) -> bool:
    return any(contract.producer for contract in catalog.contracts)


def _worker(catalog: Catalog) -> bool:
    return catalog.worker is not None


def _errors(catalog: Catalog) -> bool:
    return catalog.errors is not None


def _decisions(catalog: Catalog) -> bool:
    return catalog.errors is not None and bool(catalog.errors.retry or catalog.errors.retry_file)


def _windows(catalog: Catalog) -> bool:
    return any(
        version.published or version.deprecated for contract in catalog.contracts for version in contract.versions
    )


def _deprecations(catalog: Catalog) -> bool:
    return any(version.deprecated for contract in catalog.contracts for version in contract.versions)


def _two_versions(catalog: Catalog) -> bool:
    return any(len(contract.versions) > 1 for contract in catalog.contracts)


def _waivers(catalog: Catalog) -> bool:
    return bool(catalog.waivers)


def _services(catalog: Catalog) -> bool:
    return bool(catalog.services)


BUILT_IN = (
    BuiltIn("versioned-messages", "Message schemas are versioned", versions.versioned_messages, _versions),
    BuiltIn("producer-validates", "The producer validates before it sends", enforcement.producer_validates, _producers),
    BuiltIn(
        "consumer-agrees",
        "The consumer validates, and agrees with the schemas",
        enforcement.consumer_agrees,
        _worker,
    ),
    BuiltIn("ci-enforces", "CI enforces it", enforcement.ci_enforces, _always),
    BuiltIn("standard-errors", "Response and error shapes are standardised", error_contract.standard_errors, _errors),
    BuiltIn(
        "documented-windows",
        "Compatibility and deprecation windows are documented",
        versions.documented_windows,
        _windows,
    ),
    BuiltIn("retry-decisions", "Retry decisions are mapped to error types", error_contract.retry_table, _decisions),
    BuiltIn(
        "change-verdicts", "Every change of a contract has a verdict", compatibility.change_verdicts, _two_versions
    ),
    BuiltIn(
        "unbroken-since-release",
        "No published version was broken since the last release",
        compatibility.unbroken_since_release,
        _always,
    ),
    BuiltIn("waivers-in-force", "Waivers in force are known", versions.waivers_in_force, _waivers),
    BuiltIn("sunsets", "What ends soon is known", versions.sunsets, _deprecations),
    BuiltIn("safe-rollout", "There is a safe order of rollout", compatibility.safe_rollout, _services),
)
"""Every built-in item, in the order in which a checklist without a list in the manifest has them."""
