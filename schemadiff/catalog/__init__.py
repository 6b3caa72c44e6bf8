"""
Contracts read into values: versions, roles, windows, releases, waivers, fixtures, downgrades, the worker, errors.
"""

from schemadiff.catalog.discover import MANIFESTS, find_catalog, load_catalog
from schemadiff.catalog.error_contract import ErrorContract
from schemadiff.catalog.file_names import plain_files, versioned_files
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
    "Catalog",
    "ChecklistEntry",
    "Contract",
    "DowngradeStep",
    "ErrorContract",
    "Release",
    "Service",
    "Version",
    "Waiver",
    "WorkerDeclaration",
    "find_catalog",
    "load_catalog",
    "natural",
    "plain_files",
    "reference",
    "versioned_files",
]
