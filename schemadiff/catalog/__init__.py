"""
Contracts read into values: versions, roles, windows, releases, waivers, fixtures, downgrades.
"""

from schemadiff.catalog.discover import MANIFESTS, find_catalog, load_catalog, plain_files, versioned_files
from schemadiff.catalog.model import (
    NO_TAG,
    UNVERSIONED,
    Catalog,
    Contract,
    Release,
    Service,
    Step,
    Version,
    Waiver,
    natural,
    reference,
    suggestion,
)

__all__ = [
    "MANIFESTS",
    "NO_TAG",
    "UNVERSIONED",
    "Catalog",
    "Contract",
    "Release",
    "Service",
    "Step",
    "Version",
    "Waiver",
    "find_catalog",
    "load_catalog",
    "natural",
    "plain_files",
    "reference",
    "suggestion",
    "versioned_files",
]
