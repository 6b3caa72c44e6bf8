"""
Contracts read into values: versions, roles, windows, releases, waivers, fixtures, downgrades, the worker, errors.
"""

from schemadiff.catalog.account import MANIFESTS, Account, FileEntry, PassReason
from schemadiff.catalog.discover import Survey, find_catalog, load_catalog, survey
from schemadiff.catalog.error_contract import ErrorContract
from schemadiff.catalog.model import (
    NO_TAG,
    UNVERSIONED,
    Catalog,
    ChecklistEntry,
    Contract,
    DowngradeStep,
    Release,
    Service,
    Version,
    Waiver,
    WorkerDeclaration,
    natural,
    reference,
)

__all__ = [
    "MANIFESTS",
    "NO_TAG",
    "UNVERSIONED",
    "Account",
    "Catalog",
    "ChecklistEntry",
    "Contract",
    "DowngradeStep",
    "ErrorContract",
    "FileEntry",
    "PassReason",
    "Release",
    "Service",
    "Survey",
    "Version",
    "Waiver",
    "WorkerDeclaration",
    "find_catalog",
    "load_catalog",
    "natural",
    "reference",
    "survey",
]
